/*
 * Holds the emulated machine back to the pace of whoever models the world outside: every so many ms of the machine's
 * own time it turns one pin and waits, without sleeping, until another pin has followed. Without that a machine that
 * skips its idle time would live for minutes before the world has moved.
 *
 *   pace TURNED FOLLOWS MS
 */
#include <time.h>

#include "gpio.h"

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	unsigned int turned = atoi(argv[1]), follows = atoi(argv[2]), ms = atoi(argv[3]);
	volatile uint32_t *gpio = gpio_open();
	struct timespec next;

	gpio_output(gpio, turned);
	clock_gettime(CLOCK_MONOTONIC, &next);
	for (int high = 1;; high = !high) {
		gpio_set(gpio, turned, high);
		while (gpio_is_high(gpio, follows) != high)
			;
		next.tv_nsec += ms * 1000000L;
		next.tv_sec += next.tv_nsec / 1000000000L;
		next.tv_nsec %= 1000000000L;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
}
