// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * emu_i2c: an I2C bus of its own with the two chips of a TENS module on it, as in docs/wiring.md: an MCP4725 at 0x60,
 * which sets the level, and an ADS1115 at 0x48, which tells what flowed.  Between them is the module's output stage: the
 * current follows the DAC while the enable line is high and pulses are triggered.  So a session that is well needs
 * nobody outside who would have to be quick.
 *
 * What is connected comes from words of memory at 'mbox', as with emu_w1:
 *   word 0  the load between the leads, Ohm
 *   word 1  flags: 1 the DAC answers, 2 the ADC answers, 4 a conversion never ends, 8 the bus hangs,
 *           16 the module makes its own pulses
 *   word 2  the current that is made for each that is asked for, in thousandths
 *   word 3  the mean current while pulses flow, microampere, signed
 * What the chips were told is written there by this module:
 *   word 8  writes to a DAC so far
 *   word 9  conversions begun so far
 *   from word 16 on, two for each of the last RING writes to a DAC: address << 16 | the two bytes, bit 31 while the
 *   enable line was high; and the time, microseconds
 */
#include <linux/delay.h>
#include <linux/i2c.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/module.h>

#define DAC 0x60
#define ADC 0x48
#define RING 64

#define F_DAC 1
#define F_ADC 2
#define F_NEVER_ENDS 4
#define F_HANGS 8
#define F_OWN_PULSES 16

enum word { LOAD, FLAGS, GAIN, MEAN, WRITES = 8, CONVERSIONS = 9, LAST = 16 };

/* The scales of guest/tens.toml. */
#define FULL_SCALE_UA 40000
#define CURRENT_UA_PER_MV 20
#define VOLTAGE_PER_INPUT 40
#define MEAN_UA_PER_MV 10
/* An output stage can make no more voltage than this between the leads. */
#define COMPLIANCE_MV 100000

#define CODE_MAX 0xfff
/* An MCP4725 wakes at half of its scale, as it is sold. */
#define CODE_AT_POWER_UP 0x800
/* An ADS1115 at 860 a second. */
#define CONVERTS_NS 1163000

static ulong mbox = 0x3a001000;
module_param(mbox, ulong, 0444);
static ulong peripherals = 0x3f000000; /* BCM2837 */
module_param(peripherals, ulong, 0444);
static int number = 7; /* /dev/i2c-7 */
module_param(number, int, 0444);

static u32 __iomem *mem, *gpio, *pwm;
static u16 code = CODE_AT_POWER_UP;
static u8 pointer;
static u16 config = 0x8583;
static s16 converted, conversion;
static u64 ready_ns;

static u32 word(enum word at)
{
	return readl(mem + at);
}

/* GPIO 26 is an output, and high. */
static bool enabled(void)
{
	return (readl(gpio + 2) >> 18 & 7) == 1 && readl(gpio + 13) >> 26 & 1;
}

/* The first channel of the PWM is on, and its pulses are no gaps. */
static bool triggered(void)
{
	return readl(pwm) & 1 && readl(pwm + 4) && readl(pwm + 5);
}

/* The peak that the holds keep.  They do not empty slowly here once pulses end, but at once. */
static u32 peak_ua(void)
{
	u64 ua = (u64)code * FULL_SCALE_UA / CODE_MAX * word(GAIN) / 1000;

	if (!enabled() || !(word(FLAGS) & F_OWN_PULSES || triggered()))
		return 0;
	return min_t(u64, ua, div64_u64(1000ULL * COMPLIANCE_MV, max(word(LOAD), 1u)));
}

/* What is to be converted, in microvolt at the inputs. */
static s64 input_uv(void)
{
	u32 ua = peak_ua();

	switch (config >> 12 & 7) {
	case 4:
		return 1000LL * ua / CURRENT_UA_PER_MV;
	case 5:
		return (s64)ua * word(LOAD) / VOLTAGE_PER_INPUT;
	case 3:
		return ua ? 1000LL * (s32)word(MEAN) / MEAN_UA_PER_MV : 0;
	default:
		return 0;
	}
}

static void begin_conversion(void)
{
	static const int range_uv[8] = {
		6144000, 4096000, 2048000, 1024000, 512000, 256000, 256000, 256000
	};
	s64 steps = div_s64(input_uv() * 32768, range_uv[config >> 9 & 7]);

	converted = clamp_t(s64, steps, -32768, 32767);
	ready_ns = ktime_get_ns() + CONVERTS_NS;
	writel(word(CONVERSIONS) + 1, mem + CONVERSIONS);
}

static int adc(struct i2c_msg *msg)
{
	bool ready = !(word(FLAGS) & F_NEVER_ENDS) && ktime_get_ns() >= ready_ns;
	u16 said;

	if (!(msg->flags & I2C_M_RD)) {
		if (msg->len > 0)
			pointer = msg->buf[0];
		if (msg->len == 3 && pointer == 1) {
			config = (msg->buf[1] << 8 | msg->buf[2]) & 0x7fff;
			if (msg->buf[1] & 0x80)
				begin_conversion();
		}
		return 0;
	}
	if (ready)
		conversion = converted;
	said = pointer == 1 ? config | (ready ? 0x8000 : 0) : (u16)conversion;
	memset(msg->buf, 0, msg->len);
	if (msg->len == 2) {
		msg->buf[0] = said >> 8;
		msg->buf[1] = said & 0xff;
	}
	return 0;
}

static void note(struct i2c_msg *msg)
{
	u32 writes = word(WRITES), at = LAST + 2 * (writes % RING);

	writel((enabled() ? 1u << 31 : 0) | msg->addr << 16 | msg->buf[0] << 8 | msg->buf[1], mem + at);
	writel(ktime_to_us(ktime_get()), mem + at + 1);
	writel(writes + 1, mem + WRITES);
}

static int dac(struct i2c_msg *msg)
{
	u8 held[] = { 0xc0, code >> 4, code << 4, 0x08, 0x00 };
	int i;

	if (msg->flags & I2C_M_RD) {
		for (i = 0; i < msg->len; i++)
			msg->buf[i] = held[i % sizeof(held)];
		return 0;
	}
	if (msg->len < 2)
		return 0;
	note(msg);
	/* The fast command alone, to an output that stays on: nothing else is ever sent. */
	if (msg->len == 2 && !(msg->buf[0] & 0xf0))
		code = msg->buf[0] << 8 | msg->buf[1];
	return 0;
}

static int emu_xfer(struct i2c_adapter *adapter, struct i2c_msg *msgs, int count)
{
	u32 flags = word(FLAGS);
	int i;

	if (flags & F_HANGS) {
		msleep(jiffies_to_msecs(adapter->timeout));
		return -ETIMEDOUT;
	}
	for (i = 0; i < count; i++) {
		int failed = -EREMOTEIO;

		if (msgs[i].addr == DAC && flags & F_DAC)
			failed = dac(&msgs[i]);
		else if (msgs[i].addr == ADC && flags & F_ADC)
			failed = adc(&msgs[i]);
		if (failed)
			return failed;
	}
	return count;
}

static u32 emu_functionality(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm algorithm = {
	.xfer = emu_xfer,
	.functionality = emu_functionality,
};

static struct i2c_adapter bus = {
	.owner = THIS_MODULE,
	.name = "emulated TENS module",
	.algo = &algorithm,
};

static void unmap(void)
{
	if (pwm)
		iounmap(pwm);
	if (gpio)
		iounmap(gpio);
	if (mem)
		iounmap(mem);
}

static int __init emu_i2c_init(void)
{
	int failed = -ENOMEM, at;

	mem = ioremap(mbox, PAGE_SIZE);
	gpio = ioremap(peripherals + 0x200000, PAGE_SIZE);
	pwm = ioremap(peripherals + 0x20c000, PAGE_SIZE);
	if (mem && gpio && pwm) {
		for (at = 0; at < LAST + 2 * RING; at++)
			writel(0, mem + at);
		writel(1000, mem + LOAD);
		writel(F_DAC | F_ADC, mem + FLAGS);
		writel(1000, mem + GAIN);
		bus.nr = number;
		failed = i2c_add_numbered_adapter(&bus);
	}
	if (failed)
		unmap();
	return failed;
}

static void __exit emu_i2c_exit(void)
{
	i2c_del_adapter(&bus);
	unmap();
}

module_init(emu_i2c_init);
module_exit(emu_i2c_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("the chips of a simulated TENS module");
