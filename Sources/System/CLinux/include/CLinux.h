/* What the Linux kernel offers and Swift's Glibc module does not show, under names and types of our own.
   Unless a line says otherwise a function returns 0 or a positive result, and -errno on failure. Functions
   marked CLINUX_RT neither allocate nor lock; those that may wait say so. No logic lives here. */
#ifndef CLINUX_H
#define CLINUX_H

#include "clinux_batch.h"
#include "clinux_card.h"
#include "clinux_descriptor.h"
#include "clinux_memory.h"
#include "clinux_netlink.h"
#include "clinux_process.h"
#include "clinux_receive_ring.h"
#include "clinux_resolve.h"
#include "clinux_ring.h"
#include "clinux_socket.h"
#include "clinux_thread.h"
#include "clinux_time.h"
#include "clinux_wait.h"

#endif
