#include "suite/ctest.h"
void check_docs(struct ctests *list){(void)list;}
