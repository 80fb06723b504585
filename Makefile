# steadybridge: build, check, test. `make help` names the targets.
CC ?= cc
PKGS := check libnl-3.0 libnl-route-3.0 libfyaml jansson libpcap libxml-2.0
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS))
PKG_LIBS := $(shell pkg-config --libs $(PKGS))
COMMIT := $(shell git rev-parse --short=7 HEAD 2>/dev/null || echo unknown)
CPPFLAGS += -D_GNU_SOURCE -Iharness -I. -DSB_SOURCE_DIR='"$(CURDIR)"' -DSB_BUILD='"$(B)"' $(PKG_CFLAGS)
CFLAGS ?= -O2 -g
CFLAGS += -std=gnu11 -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wformat=2
LDLIBS += $(PKG_LIBS) -lresolv -lm
ifdef WERROR
CFLAGS += -Werror
endif
B := build
ifdef SAN
CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LDFLAGS += -fsanitize=address,undefined
B := build/san
endif

ROOMS := base scenario trace judge report lab play
HARNESS := $(foreach r,$(ROOMS),$(wildcard harness/$(r)/*.c))
MAIN := suite/main.c
TEST := $(wildcard suite/check_*.c) suite/confusion.c suite/ctest.c suite/facts.c suite/facts_ask.c suite/facts_wire.c suite/ran.c suite/faults.c \
	suite/hostrun.c suite/hostview.c suite/test_main.c
SHARED := $(filter-out $(MAIN) $(TEST),$(wildcard suite/*.c))
obj = $(patsubst %.c,$(B)/%.o,$(1))

all: $(B)/steadybridge $(B)/steadybridge-test $(B)/clock_steps.so

$(B)/steadybridge: $(call obj,$(HARNESS) $(SHARED) $(MAIN))
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/steadybridge-test: $(call obj,$(HARNESS) $(SHARED) $(TEST))
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# For LD_PRELOAD, in tests.
$(B)/%.so: suite/shim/%.c
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -O2 -Wall -Wextra -Wshadow -fPIC -shared -o $@ $< -ldl

# The commit stands in one object, made anew when it changes.
$(B)/commit: FORCE
	@mkdir -p $(@D); echo '$(COMMIT)' | cmp -s - $@ || echo '$(COMMIT)' >$@
$(B)/suite/version.o: CPPFLAGS += -DSTEADYBRIDGE_COMMIT='"$(COMMIT)"'
$(B)/suite/version.o: $(B)/commit
FORCE:

-include $(patsubst %.o,%.d,$(call obj,$(HARNESS) $(SHARED) $(MAIN) $(TEST)))

# ARGS='--filter lowest*' and the like go to the program; ci/setup.sh does the same as these two.
check: $(B)/steadybridge
	@$(B)/steadybridge check $(ARGS)

test: all
	@$(B)/steadybridge-test --tap $(B)/test-results.tap $(ARGS)

# How often each fault gets the right cause, none, or a wrong one; ARGS as for test.
SEEDS := 20
confusion: all
	@$(B)/steadybridge-test --confusion $(SEEDS) $(ARGS)

# Who may know whom, and that the pure rooms call nothing of clock, process or kernel.
PURE := $(wildcard $(foreach r,scenario trace judge report,harness/$(r)/*.c) $(foreach f,err mac mem rand units,harness/base/$(f).c))
layers: $(call obj,$(PURE))
	@ci/layers.sh $(B)

# The unit tests of the pure rooms under valgrind.
valgrind: $(B)/steadybridge-test
	valgrind -q --error-exitcode=9 --leak-check=full $(B)/steadybridge-test --in-process

# Formatting and static analysis; needs clang-format and cppcheck.
SOURCES := $(sort $(HARNESS) $(SHARED) $(MAIN) $(TEST) $(wildcard harness/*/*.h suite/*.h suite/fuzz/*.c suite/shim/*.c))
lint:
	clang-format --dry-run -Werror $(SOURCES)
	cppcheck -q --error-exitcode=9 --enable=warning,portability --inline-suppr --suppress=preprocessorErrorDirective \
	    --suppress=nullPointerOutOfMemory --suppress=ctunullpointer -Iharness -I. $(filter %.c,$(SOURCES))

# The picture of README.md, from a play of its own.
picture: $(B)/steadybridge
	$(B)/steadybridge check lowest-port-leaves --filter '*leaves-by=delete' --out $(B)/picture
	cp '$(B)/picture/cases/lowest-port-leaves_pinned-at-create,leaves-by=delete/timeline.svg' docs/

# The table of docs/RESULTS.md from a run of its own, whose seed can be given: ARGS='--seed 7'.
table: $(B)/steadybridge
	$(B)/steadybridge check --out $(B)/table $(ARGS)
	ci/table.sh $(B)/table/results.json 'steadybridge check $(ARGS)' >$(B)/table/RESULTS.md
	cp $(B)/table/RESULTS.md docs/

# Beside the same thing in plain shell; figures, no verdict.
ROUNDS := 10
bench: $(B)/steadybridge
	@bench/run.sh $(ROUNDS)

# libFuzzer targets; see the head of each file for how to run it.
FUZZ := $(patsubst suite/fuzz/%.c,build/fuzz/%,$(wildcard suite/fuzz/*.c))

fuzz: $(FUZZ)

build/fuzz/fuzz_packet: harness/play/packet.c harness/lab/dns.c

build/fuzz/%: suite/fuzz/%.c $(PURE)
	@mkdir -p $(@D)
	clang $(CPPFLAGS) -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=undefined -o $@ $^ $(LDLIBS)

help:
	@echo "make            build steadybridge and steadybridge-test"
	@echo "make check      play every scenario and judge (as root, or in a user namespace)"
	@echo "make test       the project's own tests"
	@echo "make confusion  causes told of every fault, SEEDS=20 times each"
	@echo "make layers     the direction of includes, and that the pure rooms are pure"
	@echo "make valgrind   unit tests under valgrind      make lint    formatting, cppcheck"
	@echo "make table      docs/RESULTS.md anew, from a run of every scenario"
	@echo "make bench      beside plain shell             make fuzz    build the fuzz targets"
	@echo "SAN=1 with ASan and UBSan; WERROR=1 as CI does; ARGS='...' for check and test"

clean:
	rm -rf build

.PHONY: FORCE all bench check clean confusion fuzz help layers lint picture table test valgrind
