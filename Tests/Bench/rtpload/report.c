// What was used and what was measured.

#include "rtpload.h"

double hist_pct_us(const hist_t *h, double pct)
{
	if (!h->n)
		return 0;
	uint64_t want = (uint64_t)ceil(pct / 100.0 * (double)h->n), seen = 0;
	for (int i = 0; i < OCTAVES * SUB; i++) {
		seen += h->bucket[i];
		if (seen >= want) {
			double v = (double)hist_value(i);
			return (v > (double)h->max ? (double)h->max : v) / 1000.0;
		}
	}
	return (double)h->max / 1000.0;
}

void hist_merge(hist_t *into, const hist_t *h)
{
	if (!h->n)
		return;
	if (!into->n || h->min < into->min)
		into->min = h->min;
	if (!into->n || h->max > into->max)
		into->max = h->max;
	into->n += h->n;
	into->sum += h->sum;
	for (int i = 0; i < OCTAVES * SUB; i++)
		into->bucket[i] += h->bucket[i];
}

usage_t sut_usage(void)
{
	usage_t u = {0};
	double hz = (double)sysconf(_SC_CLK_TCK);
	for (int i = 0; i < opt.npids; i++) {
		char path[64], line[2048];
		snprintf(path, sizeof path, "/proc/%d/stat", (int)opt.pids[i]);
		FILE *f = fopen(path, "r");
		if (!f)
			continue;
		if (fgets(line, sizeof line, f)) {
			char *p = strrchr(line, ')');
			unsigned long ut = 0, st = 0;
			long rss = 0;
			if (p && sscanf(p + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d %*d %*d %*u %*u %ld", &ut, &st, &rss) == 3) {
				u.user += (double)ut / hz;
				u.sys += (double)st / hz;
				u.rss_kib += rss * (sysconf(_SC_PAGESIZE) / 1024);
			}
		}
		fclose(f);
	}
	return u;
}

double machine_busy(void)
{
	unsigned long long v[8] = {0};
	FILE *f = fopen("/proc/stat", "r");
	if (!f)
		return 0;
	if (fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6, v + 7) != 8)
		v[0] = 0;
	fclose(f);
	return (double)(v[0] + v[1] + v[2] + v[5] + v[6]) / (double)sysconf(_SC_CLK_TCK);
}

double own_cpu(void)
{
	struct rusage r;
	getrusage(RUSAGE_SELF, &r);
	return (double)r.ru_utime.tv_sec + (double)r.ru_utime.tv_usec / 1e6 + (double)r.ru_stime.tv_sec + (double)r.ru_stime.tv_usec / 1e6;
}

void report(usage_t c0, usage_t c1, double busy, double own, double secs)
{
	uint64_t sent = 0, recv = 0, dup = 0, ooo = 0, lost = 0;
	double jsum = 0, jmax = 0;
	int jn = 0, silent = 0;
	bool opaque = frames[0].count || frames[1].count;
	for (int i = 0; i < nstreams; i++) {
		stream_t *s = &streams[i];
		if (opt.one_way && s->side)
			continue;
		sent += s->sent;
		recv += s->recv;
		dup += s->dup;
		ooo += s->ooo;
		if (s->sent && !s->recv)
			silent++;
		if (opaque)
			lost += s->recv ? s->op_lost : s->sent;
		else
			lost += s->sent - (s->recv < s->sent ? s->recv : s->sent);
		if (s->have_transit) {
			jsum += s->jitter;
			jn++;
			if (s->jitter > jmax)
				jmax = s->jitter;
		}
	}
	hist_t *all = calloc(1, sizeof *all);
	hist_merge(all, &lat[0]);
	hist_merge(all, &lat[1]);
	double cpu = c1.user - c0.user + c1.sys - c0.sys;
	double per_m = recv ? cpu / ((double)recv / 1e6) : 0;
	double per_min = ncalls && secs > 0 ? cpu / ((double)ncalls * secs / 60.0) : 0;
	// what neither the SUT nor this tool used: a measure of how quiet the machine was
	double other = secs > 0 ? (busy - own - cpu) / secs : 0;
	char json[2048];
	snprintf(json, sizeof json,
	    "{\"label\":\"%s\",\"calls\":%d,\"secs\":%.2f,\"mode\":\"%s\",\"sent\":%" PRIu64 ",\"recv\":%" PRIu64 ",\"lost\":%" PRIu64
	    ",\"loss_pct\":%.4f,\"dup\":%" PRIu64 ",\"ooo\":%" PRIu64 ",\"extra\":%" PRIu64 ",\"silent_streams\":%d,"
	    "\"lat_us\":{\"min\":%.1f,\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f,\"mean\":%.1f,\"a2b_p50\":%.1f,\"b2a_p50\":%.1f},"
	    "\"jitter_us\":{\"mean\":%.1f,\"max\":%.1f},"
	    "\"sut_cpu\":{\"user\":%.2f,\"sys\":%.2f,\"s_per_mpkt\":%.3f,\"s_per_call_min\":%.5f,\"cores\":%.3f},\"sut_rss_kib\":%ld,"
	    "\"machine_busy_s\":%.2f,\"generator_s\":%.2f,\"other_cores\":%.3f,"
	    "\"tx_late_us\":{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f},\"send_errors\":%" PRIu64 "}",
	    opt.label, ncalls, secs, opaque ? "opaque" : "stamped", sent, recv, lost, sent ? 100.0 * (double)lost / (double)sent : 0, dup, ooo, extra, silent,
	    (double)all->min / 1000.0, hist_pct_us(all, 50), hist_pct_us(all, 99), hist_pct_us(all, 99.9), (double)all->max / 1000.0,
	    all->n ? all->sum / (double)all->n / 1000.0 : 0, hist_pct_us(&lat[0], 50), hist_pct_us(&lat[1], 50),
	    jn ? jsum / jn / 1000.0 : 0, jmax / 1000.0,
	    c1.user - c0.user, c1.sys - c0.sys, per_m, per_min, secs > 0 ? cpu / secs : 0, c1.rss_kib,
	    busy, own, other,
	    hist_pct_us(&lateness, 50), hist_pct_us(&lateness, 99), (double)lateness.max / 1000.0, send_errors);
	printf("%s: %d calls, %.1f s: sent %" PRIu64 " recv %" PRIu64 " lost %" PRIu64 " (%.4f %%) dup %" PRIu64 " ooo %" PRIu64 " extra %" PRIu64 " silent %d\n"
	       "  latency us: p50 %.1f p99 %.1f p99.9 %.1f max %.1f; jitter us: mean %.1f max %.1f\n"
	       "  SUT cpu: user %.2f sys %.2f = %.3f cores, %.3f s per million packets, %.5f s per call-minute; RSS %ld KiB\n"
	       "  machine busy %.2f s, generator %.2f s, others %.3f cores; sender late us: p99 %.1f max %.1f; send errors %" PRIu64 "\n",
	    opt.label, ncalls, secs, sent, recv, lost, sent ? 100.0 * (double)lost / (double)sent : 0, dup, ooo, extra, silent,
	    hist_pct_us(all, 50), hist_pct_us(all, 99), hist_pct_us(all, 99.9), (double)all->max / 1000.0, jn ? jsum / jn / 1000.0 : 0, jmax / 1000.0,
	    c1.user - c0.user, c1.sys - c0.sys, secs > 0 ? cpu / secs : 0, per_m, per_min, c1.rss_kib,
	    busy, own, other, hist_pct_us(&lateness, 99), (double)lateness.max / 1000.0, send_errors);
	if (opt.json) {
		FILE *f = strcmp(opt.json, "-") ? fopen(opt.json, "a") : stdout;
		if (!f)
			die("%s: %s", opt.json, strerror(errno));
		fprintf(f, "%s\n", json);
		if (f != stdout)
			fclose(f);
	}
	free(all);
}
