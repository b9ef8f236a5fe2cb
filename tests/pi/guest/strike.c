/*
 * Turns a pin high, so that the outside knows when, and at once kills processes. Several are held first, so that none
 * of them acts on the end of another.
 *
 *   strike PIN PID...
 */
#include <signal.h>
#include <unistd.h>

#include "gpio.h"

static int all(int argc, char **argv, int signal)
{
	int failed = 0;

	for (int i = 2; i < argc; i++)
		failed |= kill(atoi(argv[i]), signal);
	return failed;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	volatile uint32_t *gpio = gpio_open();
	unsigned int pin = atoi(argv[1]);
	int failed = 0;

	/* Low first: the first edge of a pin that becomes an output is not told. */
	gpio_set(gpio, pin, 0);
	gpio_output(gpio, pin);
	if (argc > 3) {
		failed |= all(argc, argv, SIGSTOP);
		usleep(10000);
	}
	gpio_set(gpio, pin, 1);
	failed |= all(argc, argv, SIGKILL);
	return failed != 0;
}
