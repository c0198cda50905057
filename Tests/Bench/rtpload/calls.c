// The calls, their sockets and frames, and which stream a packet belongs to.

#include "rtpload.h"

// source address -> stream, for opaque mode (open addressing)
static struct {
	uint64_t key;
	int stream;
} *table;
static uint32_t table_mask;

static struct sockaddr_in parse_addr(const char *s)
{
	char buf[64];
	snprintf(buf, sizeof buf, "%s", s);
	char *colon = strrchr(buf, ':');
	if (!colon)
		die("bad address '%s'", s);
	*colon = 0;
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(colon + 1))};
	if (inet_pton(AF_INET, buf, &a.sin_addr) != 1)
		die("bad address '%s'", s);
	return a;
}

static int get_socket(struct sockaddr_in a)
{
	for (int i = nsocks - 1; i >= 0 && i >= nsocks - 4; i--)  // calls that share a port are adjacent
		if (socks[i].addr.sin_port == a.sin_port && socks[i].addr.sin_addr.s_addr == a.sin_addr.s_addr)
			return socks[i].fd;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), one = 1, buf = 4 << 20;
	if (fd < 0)
		die("socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buf, sizeof buf);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buf, sizeof buf);
	if (!opt.user_clock)
		setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)&a, sizeof a))
		die("bind port %d: %s", ntohs(a.sin_port), strerror(errno));
	socks = realloc(socks, (size_t)(nsocks + 1) * sizeof *socks);
	socks[nsocks++] = (sock_t){fd, a};
	return fd;
}

static uint64_t addr_key(struct sockaddr_in a, int side)
{
	return ((uint64_t)a.sin_addr.s_addr << 24) ^ ((uint64_t)a.sin_port << 1) ^ (uint64_t)side ^ (1ull << 63);
}

static uint32_t mix(uint64_t k)
{
	k *= 0x9e3779b97f4a7c15ull;
	return (uint32_t)(k >> 32);
}

static void add_call(const char *al, const char *as, int apt, const char *bl, const char *bs, int bpt)
{
	static int cap;
	if (nstreams + 2 > cap) {
		cap = cap ? cap * 2 : 256;
		streams = realloc(streams, (size_t)cap * sizeof *streams);
	}
	for (int side = 0; side < 2; side++) {
		stream_t *s = &streams[nstreams++];
		memset(s, 0, sizeof *s);
		s->fd = get_socket(parse_addr(side ? bl : al));
		s->dst = parse_addr(side ? bs : as);
		s->pt = (uint8_t)(side ? bpt : apt);
		s->side = side;
		s->ssrc = 0x10000000u + (uint32_t)nstreams;
		s->seq = (uint16_t)(rand() & 0x7fff);
		s->ts = (uint32_t)rand();
		s->frame = (uint32_t)rand();
	}
	ncalls++;
}

void load_calls(void)
{
	if (opt.selftest) {
		for (int i = 0; i < opt.selftest; i++) {
			char a[32], b[32];
			snprintf(a, sizeof a, "127.0.5.2:%d", 20000 + 2 * i);
			snprintf(b, sizeof b, "127.0.5.3:%d", 20000 + 2 * i);
			add_call(a, b, 0, b, a, 0);
		}
		return;
	}
	FILE *f = fopen(opt.calls_file, "r");
	if (!f)
		die("%s: %s", opt.calls_file, strerror(errno));
	char line[512], al[64], as[64], bl[64], bs[64];
	int apt, bpt;
	while (fgets(line, sizeof line, f) && (!opt.limit || ncalls < opt.limit))
		if (line[0] != '#' && sscanf(line, "%63s %63s %d %63s %63s %d", al, as, &apt, bl, bs, &bpt) == 6)
			add_call(al, as, apt, bl, bs, bpt);
	fclose(f);
	if (!ncalls)
		die("no calls in %s", opt.calls_file);
}

void load_frames(frames_t *fr, const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		die("%s: %s", path, strerror(errno));
	fseek(f, 0, SEEK_END);
	long size = ftell(f);
	rewind(f);
	fr->data = malloc((size_t)size + 1);
	if (fread(fr->data, 1, (size_t)size, f) != (size_t)size)
		die("%s: short read", path);
	fclose(f);
	for (long p = 0; p + 2 <= size;) {
		uint16_t n = (uint16_t)(fr->data[p] << 8 | fr->data[p + 1]);
		if (p + 2 + n > size || n > PKT_MAX - 12)
			die("%s: bad frame at %ld", path, p);
		fr->off = realloc(fr->off, (fr->count + 1) * sizeof *fr->off);
		fr->len = realloc(fr->len, (fr->count + 1) * sizeof *fr->len);
		fr->off[fr->count] = (uint32_t)p + 2;
		fr->len[fr->count++] = n;
		p += 2 + n;
	}
	if (!fr->count)
		die("%s: no frames", path);
}

void build_table(void)
{
	uint32_t size = 1024;
	while (size < (uint32_t)nstreams * 4)
		size *= 2;
	table = calloc(size, sizeof *table);
	table_mask = size - 1;
	for (int i = 0; i < nstreams; i++) {
		// what stream i sends arrives from the address its peer end sends to
		stream_t *peer = &streams[i ^ 1];
		uint64_t k = addr_key(peer->dst, 0);
		uint32_t h = mix(k) & table_mask;
		while (table[h].key)
			h = (h + 1) & table_mask;
		table[h].key = k;
		table[h].stream = i;
	}
}

int find_stream(struct sockaddr_in from)
{
	uint64_t k = addr_key(from, 0);
	for (uint32_t h = mix(k) & table_mask; table[h].key; h = (h + 1) & table_mask)
		if (table[h].key == k)
			return table[h].stream;
	return -1;
}
