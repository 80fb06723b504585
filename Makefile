# SPDX-License-Identifier: GPL-2.0-or-later
# steadybridge: build, check, test. `make help` names the targets.
CC ?= cc
PKG_CONFIG ?= pkg-config
PKGS := check libnl-3.0 libnl-route-3.0 libfyaml jansson libpcap libxml-2.0
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PKGS))
PKG_LIBS := $(shell $(PKG_CONFIG) --libs $(PKGS))
VERSION := 1.0.0
COMMIT := $(shell git rev-parse --short=7 HEAD 2>/dev/null)
override CPPFLAGS += -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Iharness -I. -DSB_BUILD='"$(B)"' $(PKG_CFLAGS)
CFLAGS ?= -O2 -g
override CFLAGS += -std=gnu11 -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wformat=2 -Wno-missing-field-initializers
# What a user gives is added to (override), not replaced. No path of this tree is in what is built.
override CFLAGS += -fPIE -fstack-protector-strong -ffile-prefix-map=$(CURDIR)=.
override LDFLAGS += -pie -Wl,-z,relro,-z,now
ifneq ($(filter -O1 -O2 -O3 -Os,$(CFLAGS)),)
ifeq ($(SAN)$(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),)
override CPPFLAGS += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
endif
override LDLIBS += $(PKG_LIBS) -lresolv -lm
ifdef WERROR
override CFLAGS += -Werror
endif
B := build
ifdef SAN
override CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
override LDFLAGS += -fsanitize=address,undefined
B := build/san
endif

# Rooms of the harness, then the commands; tests are in none of them.
ROOMS := base trace yaml scenario schedule explain observed judge report html run_history net lab play run host cli
HARNESS := $(foreach r,$(ROOMS),$(wildcard harness/$(r)/*.c))
MAIN := harness/command/main.c
COMMANDS := $(filter-out $(MAIN),$(wildcard harness/command/*.c))
TEST := $(wildcard harness/test/*/*.c suite/kernel/*.c)
obj = $(patsubst %.c,$(B)/%.o,$(1))
# Tests know where the source is; the program finds its files from where it lies itself.
OF_TESTS := -DSB_SOURCE_DIR='"$(CURDIR)"'
$(call obj,$(TEST)): override CPPFLAGS += $(OF_TESTS)

all: $(B)/steadybridge $(B)/steadybridge-test build/refuse.so $(B)/clock_steps.so $(B)/clock_grain.so

$(B)/steadybridge: $(call obj,$(HARNESS) $(COMMANDS) $(MAIN))
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/steadybridge-test: $(call obj,$(HARNESS) $(COMMANDS) $(TEST))
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The tests feed each fuzz target from the corpus: all in one program, by the name of its file.
$(B)/harness/test/fuzz/fuzz_%.o: override CPPFLAGS += -DLLVMFuzzerTestOneInput=$(basename $(@F))

# Makes calls fail, for the tests of a bad environment; preloaded, so without sanitizers.
build/refuse.so: harness/test/kit/shim/refuse.c harness/test/kit/shim/refuse.h
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -Iharness -std=gnu11 -O2 -Wall -Wextra -fPIC -shared -fno-builtin -o $@ $<
# For LD_PRELOAD, in tests.
$(B)/%.so: harness/test/kit/shim/%.c harness/test/kit/shim/stamps.h
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -Iharness -O2 -Wall -Wextra -Wshadow -fPIC -shared -o $@ $< -ldl

# Version and commit stand in one object, made anew when they change.
NAMED := $(VERSION)$(if $(COMMIT), ($(COMMIT)))
$(B)/commit: FORCE
	@mkdir -p $(@D); echo '$(NAMED)' | cmp -s - $@ || echo '$(NAMED)' >$@
$(B)/harness/cli/version.o: override CPPFLAGS += -DSTEADYBRIDGE_VERSION='"$(NAMED)"'
$(B)/harness/cli/version.o: $(B)/commit
FORCE:

-include $(patsubst %.o,%.d,$(call obj,$(HARNESS) $(COMMANDS) $(MAIN) $(TEST)))

# ARGS='--filter lowest*' and the like go to the program; ci/setup.sh does the same as these two.
check: $(B)/steadybridge
	@$(B)/steadybridge check $(ARGS)

# The same under other kernels, each in a guest: KERNELS='debian:6.1 debian:6.12 ~/linux', as of ci/vm.
check-vm: $(B)/steadybridge
	@ci/kernels.py $(KERNELS) -- $(ARGS)

test: all
	@$(B)/steadybridge-test --tap $(B)/test-results.tap $(ARGS)

# How often each fault gets the right cause, none, or a wrong one; ARGS as for test.
SEEDS := 20
confusion: all
	@$(B)/steadybridge-test --confusion $(SEEDS) $(ARGS)

# Everything N times in each of MODES (idle,cpu,memory,io,timer,nice19,onecore), or until FOR (30min) is over;
# what came of it is in $(OUT)/soak. RESUME=1 adds to that. FILES and ARGS go to check.
OUT := out
soak: $(B)/steadybridge
	@ci/soak.py --program $(B)/steadybridge --out '$(OUT)' $(if $(N),--runs $(N)) $(if $(MODES),--modes '$(MODES)') \
	    $(if $(FOR),--for $(FOR)) $(if $(RESUME),--resume) $(ARGS) $(FILES)

# Who may know whom, and that the pure rooms call nothing of clock, process or kernel.
layers: $(call obj,$(HARNESS))
	@ci/layers.sh $(B)

# The unit tests of the pure rooms under valgrind.
valgrind: $(B)/steadybridge-test
	valgrind -q --error-exitcode=9 --leak-check=full $(B)/steadybridge-test --in-process

# Formatting and static analysis: `lint` takes seconds, `analyze` minutes. A tool that is missing is
# skipped, with what brings it; ci/setup.sh lint installs them all.
SOURCES := $(sort $(HARNESS) $(COMMANDS) $(MAIN) $(TEST) $(wildcard harness/*/*.h harness/test/*/*.h suite/kernel/*.h harness/test/kit/shim/*.[ch]))
lint analyze: export CPPFLAGS := $(CPPFLAGS) $(OF_TESTS) -DSTEADYBRIDGE_VERSION='""'
lint analyze:
	@ci/lint.sh $@ $(SOURCES)

# What is installed below $(PREFIX), by the folder that it goes to. The program finds share/steadybridge
# from its own place, so a whole tree can be moved.
PREFIX := /usr/local
SHARED := suite/scenarios fixtures docs/scenario.schema.json docs/results.schema.json docs/history.schema.json docs/trace.schema.json
INSTALLED := bin/steadybridge share/steadybridge share/doc/steadybridge share/man/man1/steadybridge.1 \
    share/man/man5/steadybridge-scenario.5 share/bash-completion/completions/steadybridge \
    share/zsh/site-functions/_steadybridge
AT = $(DESTDIR)$(PREFIX)

install: $(B)/steadybridge
	install -D -m 755 $(B)/steadybridge '$(AT)/bin/steadybridge'
	find $(SHARED) -type f ! -perm /111 -exec install -D -m 644 {} '$(AT)/share/steadybridge/{}' \;
	find $(SHARED) -type f -perm /111 -exec install -D -m 755 {} '$(AT)/share/steadybridge/{}' \;
	find README.md CHANGELOG.md docs/*.md docs/*.svg suite/README.md -exec install -D -m 644 {} '$(AT)/share/doc/steadybridge/{}' \;
	install -D -m 644 docs/steadybridge.1 '$(AT)/share/man/man1/steadybridge.1'
	install -D -m 644 docs/steadybridge-scenario.5 '$(AT)/share/man/man5/steadybridge-scenario.5'
	install -D -m 644 docs/completion/steadybridge.bash '$(AT)/share/bash-completion/completions/steadybridge'
	install -D -m 644 docs/completion/_steadybridge '$(AT)/share/zsh/site-functions/_steadybridge'

uninstall:
	rm -rf $(INSTALLED:%='$(AT)/%')

# A tarball of what is committed.
dist:
	@mkdir -p $(B)
	git archive --prefix=steadybridge-$(VERSION)/ -o $(B)/steadybridge-$(VERSION).tar.gz HEAD
	@echo $(B)/steadybridge-$(VERSION).tar.gz

# The picture of README.md, from a play of its own.
picture: $(B)/steadybridge
	$(B)/steadybridge check lowest-port-leaves --filter '*leaves-by=delete' --out $(B)/picture
	cp '$(B)/picture/cases/lowest-port-leaves_pinned-at-create,leaves-by=delete/timeline.svg' docs/

# The tables of docs/RESULTS.md and docs/REPORTS.md from a run of its own, whose seed can be given: ARGS='--seed 7'.
table: $(B)/steadybridge
	$(B)/steadybridge check --out $(B)/table $(ARGS)
	ci/table.sh $(B)/table/results.json 'steadybridge check $(ARGS)' >$(B)/table/RESULTS.md
	$(B)/steadybridge list --reports --json >$(B)/table/reports.json
	ci/table.sh $(B)/table/results.json 'steadybridge check $(ARGS)' $(B)/table/reports.json >$(B)/table/REPORTS.md
	cp $(B)/table/RESULTS.md $(B)/table/REPORTS.md docs/

# Beside the same thing in plain shell; figures, no verdict.
ROUNDS := 10
bench: $(B)/steadybridge
	@$(if $(BASE),bench/against.sh $(BASE),bench/run.sh) $(ROUNDS)

# libFuzzer: each target of harness/test/fuzz/ for so long, from the corpus of harness/test/data/corpus/ and what
# earlier runs added to it; needs clang. FUZZ_TARGETS='answer netlink' runs some.
FUZZ_SECONDS := $(if $(filter command line,$(origin SECONDS)),$(SECONDS),60)
FUZZ_TARGETS := $(patsubst harness/test/fuzz/fuzz_%.c,%,$(wildcard harness/test/fuzz/fuzz_*.c))

fuzz:
	@ci/fuzz.sh $(FUZZ_SECONDS) $(FUZZ_TARGETS)

fuzz-targets: $(FUZZ_TARGETS:%=build/fuzz/fuzz_%)

# Without heap.c, which would come between ASan and malloc().
FUZZED := $(filter-out harness/base/heap.c harness/run/% harness/host/%,$(HARNESS)) harness/test/fuzz/fuzz.c
# clang takes NULL + 0, the end of an empty list, for an overflow of a pointer; what gcc takes for one
# is seen by SAN=1.
FUZZ_FLAGS := -std=gnu11 -g -O1 -fsanitize=address,undefined -fno-sanitize=pointer-overflow \
    -fno-sanitize-recover=undefined

build/fuzz/%.o: %.c
	@mkdir -p $(@D)
	clang $(CPPFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

build/fuzz/harness.a: $(FUZZED:%.c=build/fuzz/%.o)
	rm -f $@
	ar -cr $@ $^

build/fuzz/fuzz_%: build/fuzz/harness/test/fuzz/fuzz_%.o build/fuzz/harness.a
	clang $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

-include $(patsubst %.c,build/fuzz/%.d,$(FUZZED) $(wildcard harness/test/fuzz/fuzz_*.c))

help:
	@echo "make            build steadybridge and steadybridge-test"
	@echo "make check      play every scenario and judge (as root, or in a user namespace)"
	@echo "make check-vm   the same under KERNELS='debian:6.1 ~/linux', each in QEMU"
	@echo "make test       the project's own tests"
	@echo "make confusion  causes told of every fault, SEEDS=20 times each"
	@echo "make install    PREFIX=/usr/local, DESTDIR; make uninstall; make dist: a tarball"
	@echo "make soak       everything N=1 times idle, under load, at nice 19, on one core: are verdicts ever wrong?"
	@echo "make layers     the direction of includes, and that the pure rooms are pure"
	@echo "make valgrind   unit tests under valgrind"
	@echo "make lint       formatting, cppcheck, shellcheck: seconds"
	@echo "make analyze    clang-tidy, gcc -fanalyzer: minutes"
	@echo "make fuzz       libFuzzer, FUZZ_SECONDS=60 for each target, FUZZ_TARGETS='answer netlink...'"
	@echo "make table      docs/RESULTS.md and REPORTS.md anew, from a run of every scenario"
	@echo "make bench      beside plain shell"
	@echo "SAN=1 with ASan and UBSan; WERROR=1 as CI does; ARGS='...' for check and test"

clean:
	rm -rf build

.PHONY: FORCE all analyze bench check check-vm clean confusion dist fuzz fuzz-targets help install layers lint picture soak table test uninstall valgrind
