// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * emu_w1: up to four 1-Wire buses with a simulated DS18B20 on each, for the kernel's own
 * w1_therm driver (load w1_therm too).  A bus of its own for each, as in docs/wiring.md: the
 * kernel holds a bus for as long as a sensor on it converts.  Bit-exact below the w1 core:
 * presence, ROM search, match/skip, convert, scratchpad with CRC, power-on value 85 C.
 *
 * What the sensors show comes from a few words of memory that the outside can
 * write while the machine runs (physical address 'mbox', in RAM that the kernel
 * was told not to use: mem=...).  Sensor n has 4 words at mbox + 16 * n:
 *   word 0  raw temperature, 1/16 K, signed 16 bit
 *   word 1  flags: 1 connected, 2 answers with a wrong CRC,
 *           4 supply was lost, conversion not done: 85 C
 *   word 2  conversions so far (written by this module)
 */
#include <linux/io.h>
#include <linux/module.h>
#include <linux/w1.h>

#define MAXDEV 4
#define F_CONNECTED 1
#define F_BAD_CRC 2
#define F_NO_CONV 4

static ulong mbox = 0x3a000000;
module_param(mbox, ulong, 0444);
static int count = 2;
module_param(count, int, 0444);

enum state { IDLE, ROM_CMD, SEARCH, MATCH, READ_ROM, FUNC, TX, RX };

struct ds18b20 {
	u8 rom[8];
	u8 pad[9];
	enum state st;
	unsigned int bit;	/* bit number within the present state */
	unsigned int phase;	/* search: id bit, its complement, direction */
	u8 cmd;
	u8 rx[3];
};

static struct ds18b20 dev[MAXDEV];
static u32 __iomem *mem;

static u8 crc8(const u8 *p, int n)
{
	u8 crc = 0;

	while (n--) {
		u8 b = *p++;
		int i;

		for (i = 0; i < 8; i++, b >>= 1)
			crc = (crc >> 1) ^ (((crc ^ b) & 1) ? 0x8c : 0);
	}
	return crc;
}

static u32 flags(int n)
{
	return readl(mem + 4 * n + 1);
}

static void set_pad(struct ds18b20 *d, s16 raw)
{
	d->pad[0] = raw & 0xff;
	d->pad[1] = raw >> 8;
	d->pad[8] = crc8(d->pad, 8);
}

static void convert(int n)
{
	set_pad(&dev[n], flags(n) & F_NO_CONV ? 85 * 16 : (s16)readl(mem + 4 * n));
	writel(readl(mem + 4 * n + 2) + 1, mem + 4 * n + 2);
}

/* One time slot: the master sends 'm' (1 is also its read slot); returns what
 * sensor n puts on the bus: 0 pulls it low.
 */
static int slot(int n, int m)
{
	struct ds18b20 *d = &dev[n];
	int out = 1, i;

	switch (d->st) {
	case IDLE:
		break;
	case ROM_CMD:
	case FUNC:
		d->cmd |= m << d->bit;
		if (++d->bit < 8)
			break;
		d->bit = 0;
		if (d->st == ROM_CMD) {
			switch (d->cmd) {
			case 0xf0: d->st = SEARCH; d->phase = 0; break;
			case 0x55: d->st = MATCH; break;
			case 0x33: d->st = READ_ROM; break;
			case 0xcc: d->st = FUNC; break;
			default: d->st = IDLE;
			}
		} else {
			switch (d->cmd) {
			case 0x44: convert(n); d->st = IDLE; break;
			case 0xbe: d->st = TX; break;
			case 0x4e: d->st = RX; memset(d->rx, 0, 3); break;
			default: d->st = IDLE; /* b4: bus stays 1 = own supply */
			}
		}
		d->cmd = 0;
		break;
	case SEARCH:
		i = d->rom[d->bit / 8] >> (d->bit % 8) & 1;
		if (d->phase == 0) {
			out = i;
			d->phase = 1;
		} else if (d->phase == 1) {
			out = !i;
			d->phase = 2;
		} else {
			d->phase = 0;
			if (m != i || ++d->bit == 64)
				d->st = m != i ? IDLE : FUNC;
			if (d->st == FUNC)
				d->bit = 0;
		}
		break;
	case MATCH:
		i = d->rom[d->bit / 8] >> (d->bit % 8) & 1;
		if (m != i)
			d->st = IDLE;
		else if (++d->bit == 64) {
			d->bit = 0;
			d->st = FUNC;
		}
		break;
	case READ_ROM:
		out = d->rom[d->bit / 8] >> (d->bit % 8) & 1;
		if (++d->bit == 64)
			d->st = IDLE;
		break;
	case TX:
		out = d->pad[d->bit / 8] >> (d->bit % 8) & 1;
		if (d->bit / 8 == 8 && (flags(n) & F_BAD_CRC))
			out = !out;
		if (++d->bit == 72)
			d->st = IDLE;
		break;
	case RX:
		d->rx[d->bit / 8] |= m << (d->bit % 8);
		if (++d->bit == 24) {
			memcpy(d->pad + 2, d->rx, 3);
			d->pad[8] = crc8(d->pad, 8);
			d->st = IDLE;
		}
		break;
	}
	return out;
}

static u8 emu_touch_bit(void *data, u8 m)
{
	int n = (struct ds18b20 *)data - dev;
	int out = flags(n) & F_CONNECTED ? slot(n, !!m) : 1;

	return m && out;
}

static u8 emu_reset_bus(void *data)
{
	int n = (struct ds18b20 *)data - dev;

	if (!(flags(n) & F_CONNECTED)) {
		/* a sensor that is plugged in again starts at 85 C */
		set_pad(&dev[n], 85 * 16);
		dev[n].st = IDLE;
		return 1;
	}
	dev[n].st = ROM_CMD;
	dev[n].bit = 0;
	dev[n].cmd = 0;
	return 0;
}

static struct w1_bus_master bus[MAXDEV];

static void remove_buses(int n)
{
	while (n--)
		w1_remove_master_device(&bus[n]);
	iounmap(mem);
}

static int __init emu_w1_init(void)
{
	int n;

	count = clamp(count, 1, MAXDEV);
	mem = ioremap(mbox, PAGE_SIZE);
	if (!mem)
		return -ENOMEM;
	for (n = 0; n < count; n++) {
		struct ds18b20 *d = &dev[n];

		/* family 28, serial 0000000000d1, ...d2, ... */
		d->rom[0] = 0x28;
		d->rom[1] = 0xd1 + n;
		d->rom[7] = crc8(d->rom, 7);
		d->pad[2] = 75;
		d->pad[3] = 70;
		d->pad[4] = 0x7f;	/* 12 bits */
		d->pad[5] = 0xff;
		d->pad[7] = 0x10;
		set_pad(d, 85 * 16);
		writel(21 * 16, mem + 4 * n);
		writel(F_CONNECTED, mem + 4 * n + 1);
		writel(0, mem + 4 * n + 2);
	}
	for (n = 0; n < count; n++) {
		int failed;

		bus[n].data = &dev[n];
		bus[n].touch_bit = emu_touch_bit;
		bus[n].reset_bus = emu_reset_bus;
		failed = w1_add_master_device(&bus[n]);
		if (failed) {
			remove_buses(n);
			return failed;
		}
	}
	return 0;
}

static void __exit emu_w1_exit(void)
{
	remove_buses(count);
}

module_init(emu_w1_init);
module_exit(emu_w1_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("simulated DS18B20 sensors");
