// The thread that sends every packet when it is due.

#include "rtpload.h"

static size_t build_packet(stream_t *s, uint8_t *b, bool measured)
{
	frames_t *fr = &frames[s->side];
	b[0] = 0x80;
	b[1] = (uint8_t)(s->pt | (s->counter == 0 ? 0x80 : 0));
	b[2] = (uint8_t)(s->seq >> 8);
	b[3] = (uint8_t)s->seq;
	put32(b + 4, s->ts);
	put32(b + 8, s->ssrc);
	size_t n;
	if (fr->count) {
		uint32_t k = s->frame++ % fr->count;
		n = fr->len[k];
		memcpy(b + 12, fr->data + fr->off[k], n);
	} else {
		n = (size_t)opt.payload;
		put32(b + 12, MAGIC);
		put32(b + 16, (uint32_t)(s - streams));
		put32(b + 20, s->counter);
		put32(b + 24, measured ? FLAG_MEASURED : 0);
		memset(b + 36, 0xd5, n - 24);
	}
	s->seq++;
	s->ts += (uint32_t)opt.step[s->side];
	s->counter++;
	return 12 + n;
}

static int cmp_order(const void *x, const void *y)
{
	const stream_t *a = &streams[*(const int *)x], *b = &streams[*(const int *)y];
	if (a->next != b->next)
		return a->next < b->next ? -1 : 1;
	return a->fd - b->fd;
}

void *sender(void *arg)
{
	int64_t start = *(int64_t *)arg, interval = opt.ptime_ms * 1000000LL, tick = opt.tick_us * 1000LL;
	int slots = (int)(interval / tick);
	if (slots < 1)
		slots = 1;
	int *order = malloc((size_t)nstreams * sizeof *order);
	int active = 0;
	for (int i = 0; i < nstreams; i++) {
		if (opt.one_way && streams[i].side)
			continue;
		// both ends of a call get phases of their own, spread over the interval
		streams[i].next = start + (int64_t)(((uint64_t)i * 7919u) % (uint64_t)slots) * tick;
		order[active++] = i;
	}
	qsort(order, (size_t)active, sizeof *order, cmp_order);
	static uint8_t buf[BATCH][PKT_MAX];
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH];
	memset(msg, 0, sizeof msg);
	make_rt();
	int at = 0;
	while (!atomic_load_explicit(&stopping, memory_order_relaxed)) {
		int64_t due = streams[order[at]].next, now = now_ns(CLOCK_MONOTONIC);
		if (now < due) {
			struct timespec t = {due / NS, due % NS};
			clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
			continue;
		}
		bool measured = atomic_load_explicit(&measuring, memory_order_relaxed);
		if (measured)
			hist_add(&lateness, now - due);
		// everything due in this slot, one socket at a time
		while (streams[order[at]].next == due) {
			int fd = streams[order[at]].fd, n = 0;
			stream_t *batch[BATCH];
			while (n < BATCH && streams[order[at]].next == due && streams[order[at]].fd == fd) {
				stream_t *s = &streams[order[at]];
				iov[n] = (struct iovec){buf[n], build_packet(s, buf[n], measured)};
				msg[n].msg_hdr = (struct msghdr){.msg_name = &s->dst, .msg_namelen = sizeof s->dst, .msg_iov = &iov[n], .msg_iovlen = 1};
				batch[n++] = s;
				s->next += interval;
				at = (at + 1) % active;
			}
			int64_t stamp = now_ns(CLOCK_MONOTONIC);
			for (int i = 0; i < n; i++) {
				stream_t *s = batch[i];
				if (!frames[s->side].count)
					memcpy(buf[i] + 28, &stamp, 8);
				atomic_store_explicit(&s->ring[(s->counter - 1) % RING], stamp, memory_order_relaxed);
				atomic_store_explicit(&s->sent_index, s->counter - 1, memory_order_release);
				if (measured)
					s->sent++;
			}
			int done = 0;
			while (done < n) {
				int r = sendmmsg(fd, msg + done, (unsigned)(n - done), 0);
				if (r <= 0) {
					send_errors++;
					r = 1;  // skip the packet that failed
				}
				done += r;
			}
		}
	}
	free(order);
	return NULL;
}
