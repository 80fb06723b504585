#include "suite/check_formats.h"
void check_formats(struct ctests *list){(void)list;}
