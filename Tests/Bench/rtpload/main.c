// rtpload - RTP load generator, sink and meter for media relays and transcoders.
//
// For every call the tool owns both ends: an A socket and a B socket.  It sends
// 50 packets a second (or as told) from A to the address where the system under
// test (SUT) takes A's media and from B likewise, and receives what the SUT
// forwards to the other end.  See usage() for the formats.
//
// Stamped mode (default): the payload carries a stream number, a counter and
// the CLOCK_MONOTONIC time of sending, so loss, reordering, duplicates and
// one-way latency are exact, but the SUT must not alter the payload.
// Opaque mode (--payload-a/-b): real codec frames from a file; streams are told
// apart by the SUT's source address, loss is read from RTP sequence numbers and
// latency is approximate (the output timeline is aligned at its first packet).

#include "rtpload.h"

options_t opt = {.ptime_ms = 20, .duration = 10, .warmup = 2, .payload = 160, .tick_us = 1000, .step = {160, 160}, .label = "rtpload"};

stream_t *streams;
int nstreams, ncalls;
sock_t *socks;
int nsocks;
frames_t frames[2];
hist_t lat[2], lateness;
uint64_t extra, rtcp_seen, send_errors;
_Atomic bool measuring, stopping, rx_stop;
FILE *dump_fp;

void die(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fputs("rtpload: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(2);
}

static void usage(FILE *f)
{
	fputs(
	    "Usage: rtpload [options] --calls FILE | --selftest N\n"
	    "\n"
	    "  --calls FILE     one call a line: A_LOCAL A_SUT A_PT B_LOCAL B_SUT B_PT\n"
	    "                   (addresses are IPv4:PORT; A_SUT is where the SUT takes A's\n"
	    "                   media; calls may share a local address; '#' starts a comment)\n"
	    "  --limit N        use only the first N calls of the file\n"
	    "  --selftest N     no SUT: N calls whose A and B ends talk directly (tool floor)\n"
	    "  --duration S     measured seconds after the warm-up (10)\n"
	    "  --warmup S       seconds of traffic before measuring (2)\n"
	    "  --ptime MS       packet interval of each stream (20)\n"
	    "  --payload N      stamped payload size in bytes, at least 24 (160)\n"
	    "  --payload-a FILE real frames sent by A (opaque mode): each a 16-bit big-endian\n"
	    "  --payload-b FILE length and that many bytes; played in a loop, each stream\n"
	    "                   starting elsewhere in the file\n"
	    "  --step-a N       RTP timestamp step of A's packets (160; Opus 20 ms: 960)\n"
	    "  --step-b N       the same for B\n"
	    "  --dump FILE      write B's received payloads of the first call as frames\n"
	    "  --one-way        only A sends\n"
	    "  --pid PID[,PID]  processes of the SUT: CPU and RSS over the measured window\n"
	    "  --rt PRIO        run the tool's threads under SCHED_FIFO (needs root)\n"
	    "  --tick US        pacing tick (1000); stream phases are spread over the interval\n"
	    "  --user-clock     stamp arrivals when read, not when the kernel queued them\n"
	    "  --label TEXT     copied into the result\n"
	    "  --json FILE      append the result as one JSON line ('-': standard output)\n"
	    "  --help\n"
	    "\n"
	    "Latency is from just before the send call to the kernel's receive time at the\n"
	    "far end. CPU is utime+stime of the processes given, children not included.\n"
	    "Exit status: 0 when the run completed, whatever it measured; 2 on a usage error.\n",
	    f);
}

void make_rt(void)
{
	struct sched_param p = {.sched_priority = opt.rt};
	int e = opt.rt ? pthread_setschedparam(pthread_self(), SCHED_FIFO, &p) : 0;
	if (e)
		fprintf(stderr, "rtpload: SCHED_FIFO: %s\n", strerror(e));
}

int main(int argc, char **argv)
{
	enum { CALLS = 256, LIMIT, SELF, DUR, WARM, PTIME, PAYLOAD, PA, PB, SA, SB, DUMP, ONEWAY, PID, RT, TICK, UCLOCK, LABEL, JSON, HELP };
	static const struct option lo[] = {
	    {"calls", 1, 0, CALLS}, {"limit", 1, 0, LIMIT}, {"selftest", 1, 0, SELF}, {"duration", 1, 0, DUR}, {"warmup", 1, 0, WARM},
	    {"ptime", 1, 0, PTIME}, {"payload", 1, 0, PAYLOAD}, {"payload-a", 1, 0, PA}, {"payload-b", 1, 0, PB}, {"step-a", 1, 0, SA},
	    {"step-b", 1, 0, SB}, {"dump", 1, 0, DUMP}, {"one-way", 0, 0, ONEWAY}, {"pid", 1, 0, PID}, {"rt", 1, 0, RT}, {"tick", 1, 0, TICK},
	    {"user-clock", 0, 0, UCLOCK}, {"label", 1, 0, LABEL}, {"json", 1, 0, JSON}, {"help", 0, 0, HELP}, {0}};
	int c;
	while ((c = getopt_long(argc, argv, "h", lo, NULL)) != -1)
		switch (c) {
		case CALLS: opt.calls_file = optarg; break;
		case LIMIT: opt.limit = atoi(optarg); break;
		case SELF: opt.selftest = atoi(optarg); break;
		case DUR: opt.duration = atoi(optarg); break;
		case WARM: opt.warmup = atoi(optarg); break;
		case PTIME: opt.ptime_ms = atoi(optarg); break;
		case PAYLOAD: opt.payload = atoi(optarg); break;
		case PA: opt.pfile[0] = optarg; break;
		case PB: opt.pfile[1] = optarg; break;
		case SA: opt.step[0] = atoi(optarg); break;
		case SB: opt.step[1] = atoi(optarg); break;
		case DUMP: opt.dump = optarg; break;
		case ONEWAY: opt.one_way = true; break;
		case PID:
			for (char *p = strtok(optarg, ", "); p && opt.npids < 256; p = strtok(NULL, ", "))
				opt.pids[opt.npids++] = (pid_t)atoi(p);
			break;
		case RT: opt.rt = atoi(optarg); break;
		case TICK: opt.tick_us = atoi(optarg); break;
		case UCLOCK: opt.user_clock = true; break;
		case LABEL: opt.label = optarg; break;
		case JSON: opt.json = optarg; break;
		case HELP:
		case 'h': usage(stdout); return 0;
		default: usage(stderr); return 2;
		}
	if ((!opt.calls_file && !opt.selftest) || opt.duration < 1 || opt.warmup < 0 || opt.ptime_ms < 1 || opt.tick_us < 1 ||
	    opt.payload < 24 || opt.payload > PKT_MAX - 12 || opt.step[0] < 1 || opt.step[1] < 1) {
		usage(stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	srand(1);
	for (int i = 0; i < 2; i++)
		if (opt.pfile[i])
			load_frames(&frames[i], opt.pfile[i]);
	if (opt.pfile[0] && !opt.pfile[1] && !opt.one_way)
		die("opaque mode needs both --payload-a and --payload-b, or --one-way");
	if (opt.dump && !(dump_fp = fopen(opt.dump, "wb")))
		die("%s: %s", opt.dump, strerror(errno));
	load_calls();
	build_table();
	pthread_t tx, rx;
	int64_t start = now_ns(CLOCK_MONOTONIC) + 50000000LL;
	pthread_create(&rx, NULL, receiver, NULL);
	pthread_create(&tx, NULL, sender, &start);
	make_rt();
	sleep((unsigned)opt.warmup);
	usage_t c0 = sut_usage();
	double b0 = machine_busy(), o0 = own_cpu();
	int64_t t0 = now_ns(CLOCK_MONOTONIC);
	atomic_store(&measuring, true);
	sleep((unsigned)opt.duration);
	if (!(frames[0].count || frames[1].count))
		atomic_store(&stopping, true);
	else
		atomic_store(&measuring, false);
	int64_t t1 = now_ns(CLOCK_MONOTONIC);
	usage_t c1 = sut_usage();
	double b1 = machine_busy(), o1 = own_cpu();
	atomic_store(&stopping, true);
	pthread_join(tx, NULL);
	usleep(700000);  // let the SUT drain
	atomic_store(&rx_stop, true);
	pthread_join(rx, NULL);
	if (dump_fp)
		fclose(dump_fp);
	report(c0, c1, b1 - b0, o1 - o0, (double)(t1 - t0) / NS);
	return 0;
}
