/* html_plots.c: three plots */
#include "report/html.h"
void html_plots(struct page *p)
{
	(void)p;
}
