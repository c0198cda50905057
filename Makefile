# Tandem. `make run` and `make test` do everything themselves on a fresh Debian machine with Swift.
SWIFT ?= swift
PYTHON := .venv-tests/bin/python3
BUILDFLAGS := --disable-index-store
RELEASE := .build/release/tandem
CONFIG ?=
# Targets whose tests need neither another process nor a large package: what the sanitizers run.
CORES := Octets,Timing,Tables,Rings,Telemetry,InetWire,InetStack,RTP,Codecs,DSP,RTPSession,PacketDemux,PacketIO,InterfaceOwner,MediaControl,MediaPlane,RealTimeLoop,SIPMessage,SDP,SIPTransaction,SIPAuth,OfferAnswer,Billing,SIPDialog,Softphone
CORES_YAML := $(CORES),SwitchConfig,Routing,Registrar,CallControl
# Swift 6.3 aborts with "Invalid bitcast" when it instruments these two for threads. One thread owns all that they have;
# what they share with others is in Rings, MediaControl and PacketIO.
comma := ,
THREADED := $(subst $(comma)RealTimeLoop,,$(subst $(comma)MediaPlane,,$(CORES_YAML)))

.PHONY: setup setup-test setup-bench build run demo test unit guard e2e interop soak sanitize bench lint fuzz docs clean

setup: ; @.ci/setup build
setup-test: ; @.ci/setup build test
setup-bench: ; @.ci/setup build test bench

build: setup
	$(SWIFT) build -c release $(BUILDFLAGS) --product tandem

run: build
	@exec $(RELEASE) run $(if $(CONFIG),--config $(CONFIG))

demo: build setup-test
	@$(PYTHON) Tests/EndToEnd/demo.py --tandem $(RELEASE)

# Unit and scenario tests, the real-time guard in debug and release, then real softphones and sipp.
test: setup-test unit guard e2e

unit:
	$(SWIFT) test

guard:
	TANDEM_ONLY=RealTimeTests $(SWIFT) test -c release --scratch-path .build-guard

e2e: build
	$(PYTHON) -m pytest -q Tests/EndToEnd -m "not interop and not soak"

interop: setup-test build
	$(PYTHON) -m pytest -q Tests/EndToEnd -m "not soak" --interop

soak: setup-test build
	$(PYTHON) -m pytest -q Tests/EndToEnd -m soak --soak

sanitize: setup
	TANDEM_ONLY=$(THREADED) $(SWIFT) test --sanitize=thread --scratch-path .build-tsan
	TANDEM_ONLY=$(CORES_YAML) ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test --sanitize=address --scratch-path .build-asan

bench: setup-bench build
	@Tests/Bench/run

lint:
	$(SWIFT) format lint --recursive --strict Sources Tests Package.swift

fuzz: setup
	@Tests/Fuzz/run

docs: setup
	@$(PYTHON) Tests/Support/docs.py

clean:
	rm -rf .build .build-* .venv-tests var
