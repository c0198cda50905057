// The thread that takes what comes back: loss, order, latency, jitter.

#include "rtpload.h"

static void add_transit(stream_t *s, int64_t transit)
{
	if (s->have_transit) {
		double d = fabs((double)(transit - s->last_transit));
		s->jitter += (d - s->jitter) / 16.0;
	}
	s->last_transit = transit;
	s->have_transit = true;
	hist_add(&lat[s->side], transit);
}

static void on_stamped(const uint8_t *b, int64_t rx)
{
	uint32_t id = get32(b + 16), counter = get32(b + 20), flags = get32(b + 24);
	int64_t tx;
	memcpy(&tx, b + 28, 8);
	if (id >= (uint32_t)nstreams) {
		extra++;
		return;
	}
	if (!(flags & FLAG_MEASURED))
		return;
	stream_t *s = &streams[id];
	if (!s->seen) {
		s->seen = true;
		s->high = counter;
		s->window = 1;
	} else {
		int32_t d = (int32_t)(counter - s->high);
		if (d > 0) {
			s->window = d < 64 ? s->window << d | 1 : 1;
			s->high = counter;
		} else if (d > -64 && s->window >> -d & 1) {
			s->dup++;
			return;
		} else {
			s->ooo++;
			if (d > -64)
				s->window |= 1ull << -d;
		}
	}
	s->recv++;
	add_transit(s, rx - tx);
}

static void on_opaque(const uint8_t *b, size_t n, struct sockaddr_in from, int64_t rx)
{
	int id = find_stream(from);
	if (id < 0) {
		extra++;
		return;
	}
	stream_t *s = &streams[id];
	if (dump_fp && id == 0) {
		uint8_t l[2] = {(uint8_t)((n - 12) >> 8), (uint8_t)(n - 12)};
		fwrite(l, 1, 2, dump_fp);
		fwrite(b + 12, 1, n - 12, dump_fp);
	}
	uint32_t ts = get32(b + 4), ssrc = get32(b + 8);
	uint16_t seq = (uint16_t)(b[2] << 8 | b[3]);
	uint32_t sent = atomic_load_explicit(&s->sent_index, memory_order_acquire);
	if (!s->seen || ssrc != s->rx_ssrc) {  // (re)align at the first packet
		s->seen = true;
		s->rx_ssrc = ssrc;
		s->ts0 = ts;
		s->k0 = sent;
		s->ext_high = seq;
		s->marked = false;
	}
	int16_t d = (int16_t)(seq - (uint16_t)s->ext_high);
	bool late = s->marked && d < 0, dup = s->marked && d == 0;
	if (d > 0)
		s->ext_high += (uint32_t)d;
	bool measured = atomic_load_explicit(&measuring, memory_order_relaxed);
	if (measured && s->marked) {
		if (dup)
			s->dup++;
		else {
			s->recv++;
			if (late)
				s->ooo++;
			if (d > 1)
				s->op_lost += (uint32_t)d - 1;
			if (late && s->op_lost)
				s->op_lost--;
			int32_t step = opt.step[!s->side];
			uint32_t k = s->k0 + (uint32_t)((int32_t)(ts - s->ts0) / step);
			if (sent - k < RING)
				add_transit(s, rx - atomic_load_explicit(&s->ring[k % RING], memory_order_relaxed));
		}
	}
	s->marked = true;
}

void *receiver(void *arg)
{
	(void)arg;
	static uint8_t buf[BATCH][PKT_MAX], ctl[BATCH][64];
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH];
	struct sockaddr_in from[BATCH];
	struct epoll_event ev[256];
	int ep = epoll_create1(0);
	for (int i = 0; i < nsocks; i++) {
		struct epoll_event e = {.events = EPOLLIN, .data.fd = socks[i].fd};
		epoll_ctl(ep, EPOLL_CTL_ADD, socks[i].fd, &e);
	}
	make_rt();
	int64_t offset = 0, offset_at = 0;
	while (!atomic_load_explicit(&rx_stop, memory_order_relaxed)) {
		int n = epoll_wait(ep, ev, 256, 50);
		int64_t now = now_ns(CLOCK_MONOTONIC);
		if (now - offset_at > 100000000LL) {  // kernel stamps are CLOCK_REALTIME
			int64_t best = INT64_MAX;
			for (int i = 0; i < 5; i++) {
				int64_t a = now_ns(CLOCK_MONOTONIC), r = now_ns(CLOCK_REALTIME), b = now_ns(CLOCK_MONOTONIC);
				if (b - a < best) {
					best = b - a;
					offset = r - (a + b) / 2;
				}
			}
			offset_at = now;
		}
		for (int e = 0; e < n; e++) {
			int got;
			do {
				for (int i = 0; i < BATCH; i++) {
					iov[i] = (struct iovec){buf[i], PKT_MAX};
					msg[i].msg_hdr = (struct msghdr){.msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &iov[i], .msg_iovlen = 1, .msg_control = ctl[i], .msg_controllen = sizeof ctl[i]};
				}
				got = recvmmsg(ev[e].data.fd, msg, BATCH, MSG_DONTWAIT, NULL);
				int64_t rx_user = now_ns(CLOCK_MONOTONIC);
				for (int i = 0; i < got; i++) {
					size_t len = msg[i].msg_len;
					const uint8_t *b = buf[i];
					if (len < 12 || b[0] >> 6 != 2) {
						extra++;
						continue;
					}
					if (b[1] >= 192 && b[1] <= 223) {
						rtcp_seen++;
						continue;
					}
					int64_t rx = rx_user;
					for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg[i].msg_hdr); c; c = CMSG_NXTHDR(&msg[i].msg_hdr, c))
						if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
							struct timespec t;
							memcpy(&t, CMSG_DATA(c), sizeof t);
							rx = t.tv_sec * NS + t.tv_nsec - offset;
						}
					if (frames[0].count || frames[1].count)
						on_opaque(b, len, from[i], rx);
					else if (len >= 36 && get32(b + 12) == MAGIC)
						on_stamped(b, rx);
					else
						extra++;
				}
			} while (got == BATCH);
		}
	}
	close(ep);
	return NULL;
}
