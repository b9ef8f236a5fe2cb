/*
 * What a service manager does for soothed, and no more: it starts it as its own user, waits for its word that it is
 * ready, and hands each sign of life on to the machine's watchdog. A daemon whose control cycles end is so a machine
 * that is reset, here with nobody who would try to kill it first.
 *
 *   manager UID GID GROUP PROGRAM ARGUMENT...
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <linux/watchdog.h>
#include <time.h>
#include <unistd.h>

#define NOTIFY "/run/soothe-notify"
/* As in the unit. */
#define WATCHDOG_S 3

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void start(char **argv)
{
	char usec[32];
	gid_t group = atoi(argv[3]);

	if (fork())
		return;
	snprintf(usec, sizeof usec, "%d000000", WATCHDOG_S);
	setenv("NOTIFY_SOCKET", NOTIFY, 1);
	setenv("WATCHDOG_USEC", usec, 1);
	if (setgroups(1, &group) || setgid(atoi(argv[2])) || setuid(atoi(argv[1])))
		_exit(111);
	execv(argv[4], argv + 4);
	_exit(112);
}

int main(int argc, char **argv)
{
	if (argc < 5)
		return 2;
	struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = NOTIFY };
	int told = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int watchdog = -1, limit = WATCHDOG_S;
	long began;
	char said[512];

	unlink(NOTIFY);
	if (bind(told, (struct sockaddr *)&at, sizeof at) || chmod(NOTIFY, 0666)) {
		perror(NOTIFY);
		return 1;
	}
	began = now_ms();
	start(argv);
	for (;;) {
		ssize_t n = recv(told, said, sizeof said - 1, 0);

		if (n < 0)
			return 1;
		said[n] = 0;
		if (watchdog < 0 && strstr(said, "READY=1")) {
			fprintf(stderr, "manager: ready after %ld ms\n", now_ms() - began);
			watchdog = open("/dev/watchdog", O_WRONLY | O_CLOEXEC);
			if (watchdog < 0 || ioctl(watchdog, WDIOC_SETTIMEOUT, &limit)) {
				perror("/dev/watchdog");
				return 1;
			}
		}
		if (watchdog >= 0 && strstr(said, "WATCHDOG=1") && write(watchdog, "", 1) != 1)
			return 1;
	}
}
