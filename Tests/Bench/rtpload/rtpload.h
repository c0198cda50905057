// What the parts of rtpload share.

#pragma once

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000LL
#define BATCH 64
#define PKT_MAX 1500
#define MAGIC 0x52544c44u  // "RTLD"
#define FLAG_MEASURED 1u
#define RING 512  // send times kept per stream, for opaque-mode latency

// Log-linear: 64 sub-buckets per octave, so a percentile is within 1.6 %.
#define SUB 64
#define OCTAVES 40
typedef struct {
	uint64_t n, bucket[OCTAVES * SUB];
	int64_t min, max;
	double sum;
} hist_t;

static inline int hist_index(uint64_t v)
{
	if (v < SUB)
		return (int)v;
	int msb = 63 - __builtin_clzll(v);
	int shift = msb - 6;
	int idx = (shift + 1) * SUB + (int)((v >> shift) & (SUB - 1));
	return idx < OCTAVES * SUB ? idx : OCTAVES * SUB - 1;
}

static inline uint64_t hist_value(int idx)
{
	if (idx < SUB)
		return (uint64_t)idx;
	int shift = idx / SUB - 1;
	return ((uint64_t)(SUB + idx % SUB) << shift) + ((1ull << shift) >> 1);
}

static inline void hist_add(hist_t *h, int64_t v)
{
	if (v < 0)
		v = 0;
	if (!h->n || v < h->min)
		h->min = v;
	if (!h->n || v > h->max)
		h->max = v;
	h->n++;
	h->sum += (double)v;
	h->bucket[hist_index((uint64_t)v)]++;
}

double hist_pct_us(const hist_t *h, double pct);
void hist_merge(hist_t *into, const hist_t *h);

typedef struct {
	int fd;
	struct sockaddr_in addr;
} sock_t;

typedef struct {
	uint8_t *data;
	uint32_t *off;
	uint16_t *len;
	uint32_t count;
} frames_t;

typedef struct {
	// sending end
	int fd;
	struct sockaddr_in dst;
	uint8_t pt;
	uint16_t seq;
	uint32_t ts, ssrc, counter, frame;
	int side;  // 0: A sends, 1: B sends
	int64_t next;  // due time
	_Atomic int64_t ring[RING];
	_Atomic uint32_t sent_index;
	// totals; sent is the sender's, the rest the receiver's
	uint64_t sent, recv, dup, ooo;
	// stamped mode replay window
	uint32_t high;
	uint64_t window;
	bool seen;
	// opaque mode
	uint32_t ts0, k0, ext_base, ext_high;
	uint32_t rx_ssrc;
	uint64_t op_lost;
	bool marked;
	// jitter, RFC 3550 6.4.1, over transit time in ns
	double jitter;
	int64_t last_transit;
	bool have_transit;
} stream_t;

typedef struct {
	const char *calls_file, *json, *dump, *label;
	int selftest, ptime_ms, duration, warmup, payload, tick_us, rt, step[2], ramp_ms;
	int limit;
	bool user_clock, one_way;
	const char *pfile[2];
	pid_t pids[256];
	int npids;
} options_t;

typedef struct {
	double user, sys;
	long rss_kib;
} usage_t;

extern options_t opt;
extern stream_t *streams;
extern int nstreams, ncalls;
extern sock_t *socks;
extern int nsocks;
extern frames_t frames[2];
extern hist_t lat[2], lateness;
extern uint64_t extra, rtcp_seen, send_errors;
extern _Atomic bool measuring, stopping, rx_stop;
extern FILE *dump_fp;

static inline int64_t now_ns(clockid_t c)
{
	struct timespec t;
	clock_gettime(c, &t);
	return t.tv_sec * NS + t.tv_nsec;
}

static inline void put32(uint8_t *p, uint32_t v) { v = htonl(v); memcpy(p, &v, 4); }
static inline uint32_t get32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return ntohl(v); }

void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void make_rt(void);

// calls.c
void load_calls(void);
void load_frames(frames_t *fr, const char *path);
void build_table(void);
int find_stream(struct sockaddr_in from);

// sender.c, receiver.c: thread bodies
void *sender(void *arg);
void *receiver(void *arg);

// report.c
usage_t sut_usage(void);
double machine_busy(void);
double own_cpu(void);
void report(usage_t c0, usage_t c1, double busy, double own, double secs);
