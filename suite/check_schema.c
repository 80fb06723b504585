#include "suite/check_formats.h"
void check_schema(struct ctests *list){(void)list;}
