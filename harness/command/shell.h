/* shell.h: `steadybridge shell`: a shell in the lab of a case. */
#ifndef SB_SHELL_H
#define SB_SHELL_H

#include "play/hold.h"
#include "command/terminal.h"

/* A hold on this terminal, with the user's shell; pause as in hold.h. 0 or -errno with a message.
 */
int shell_hold(struct hold *h, const struct terminal *t, int pause, struct err *e);
void shell_hold_free(struct hold *h);

#endif
