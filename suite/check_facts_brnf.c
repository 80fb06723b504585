#include "suite/ctest.h"
void check_facts_brnf(struct ctests *list){(void)list;}
