/*
 * Turns a pin high, so that the outside knows when, and at once kills processes.
 *
 *   strike PIN PID...
 */
#include <signal.h>

#include "gpio.h"

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
	gpio_set(gpio, pin, 1);
	for (int i = 2; i < argc; i++)
		failed |= kill(atoi(argv[i]), SIGKILL);
	return failed != 0;
}
