/* The chip's registers, for what the tests need in the machine itself. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static inline volatile uint32_t *gpio_open(void)
{
	int fd = open("/dev/gpiomem", O_RDWR | O_SYNC);
	void *gpio = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (gpio == MAP_FAILED) {
		perror("/dev/gpiomem");
		exit(1);
	}
	return gpio;
}

static inline void gpio_output(volatile uint32_t *gpio, unsigned int pin)
{
	unsigned int shift = 3 * (pin % 10);

	gpio[pin / 10] = (gpio[pin / 10] & ~(7u << shift)) | 1u << shift;
}

static inline void gpio_set(volatile uint32_t *gpio, unsigned int pin, int high)
{
	gpio[high ? 7 : 10] = 1u << pin;
}

static inline int gpio_is_high(volatile uint32_t *gpio, unsigned int pin)
{
	return gpio[13] >> pin & 1;
}
