/*
 * Stops one thread of a process for ever, as a bug in it would, while the others go on: the binary that is tested needs
 * no hook for that. Turns a pin high at that moment.
 *
 *   hang PIN TID
 */
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gpio.h"

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	volatile uint32_t *gpio = gpio_open();
	unsigned int pin = atoi(argv[1]);
	pid_t thread = atoi(argv[2]);

	gpio_set(gpio, pin, 0);
	gpio_output(gpio, pin);
	if (ptrace(PTRACE_SEIZE, thread, 0, 0) || ptrace(PTRACE_INTERRUPT, thread, 0, 0)) {
		perror("ptrace");
		return 1;
	}
	if (waitpid(thread, NULL, __WALL) != thread)
		return 1;
	gpio_set(gpio, pin, 1);
	for (;;)
		pause();
}
