#include "suite/ctest.h"
void check_ctest(struct ctests *list){(void)list;}
