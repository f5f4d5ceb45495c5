# The commands of the project; each is a thin call, what they do stands in scripts/ and tests/.
BUILD ?= build
JOBS ?= $(shell nproc)
NINJA = ninja -C $(BUILD) -j $(JOBS)
export AZUD_BUILD = $(abspath $(BUILD))
# One cache for all checkouts of a machine: what it remembers does not depend on the folder.
export CCACHE_BASEDIR = $(CURDIR)
export CCACHE_NOHASHDIR = 1

.PHONY: help run build test install configure

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build  ## install what is missing, build, start the sensor-alarms demo
	$(BUILD)/azud demo sensor-alarms

build: install configure  ## leave build/azud
	@$(NINJA) azud

test: install-test configure-tests  ## build everything and run every test
	@$(NINJA)
	tests/run

.PHONY: install-test
install:
	@scripts/install build
install-test:
	@scripts/install test

configure: $(BUILD)/build.ninja
$(BUILD)/build.ninja:
	@cmake -S . -B $(BUILD) -G Ninja -DCMAKE_CXX_COMPILER_LAUNCHER=ccache

# Tests and benchmarks are left out of a build that was made without their packages; now they are there.
.PHONY: configure-tests
configure-tests: configure
	@cmake -S . -B $(BUILD) -DAZUD_TESTS=ON >$(BUILD)/configure.log || { cat $(BUILD)/configure.log; false; }

# Long ones, by name. Each installs what it needs and builds what it runs.
.PHONY: test-exact test-cluster test-clients test-flink test-flink-programs test-sanitizers tidy bench fuzz
.PHONY: install-peers
install-peers: install-test
	@scripts/install peers
test-exact: build  ## 2.4 million messages in every way, with kill -9; EXACT_ARGS goes to the driver
	tests/crash/matrix.py $(EXACT_ARGS)
test-cluster: install-peers configure-tests  ## the same jobs on real Kafka and Flink; CLUSTER_ARGS goes to the driver
	@$(NINJA) azud azud_simulate_tool
	tests/cluster/run $(CLUSTER_ARGS)
test-clients: install-peers configure-tests  ## foreign clients of Kafka and Flink, and their own suites; CLIENTS_ARGS goes to the driver
	@$(NINJA) azud
	tests/clients/run $(CLIENTS_ARGS)
test-flink: install-peers  ## compare the engine's goldens and the formats with real Flink
	tests/flink/run
	tests/peers/flink_formats.py
test-flink-programs: install-peers configure-tests  ## Flink's own test programs on azud
	@$(NINJA) azud_flink_programs
	tests/flink_programs/run
test-sanitizers: install-test  ## unit tests under the address, undefined-behaviour and thread sanitizers
	SANITIZE_JOBS=$(JOBS) scripts/sanitize $(SANITIZE_ARGS)
tidy: install-test configure-tests  ## clang-tidy over all sources; `make test` reads those that were changed last
	@$(NINJA)
	scripts/tidy
bench: $(if $(findstring flink,$(AZUD_BENCH_ARGS)),install-peers) install-test configure-tests  ## measure; AZUD_BENCH_ARGS goes to the driver
	@$(NINJA)
	bench/run $(AZUD_BENCH_ARGS)
fuzz: install-test  ## ten minutes for each parser; FUZZ_SECONDS changes it
	fuzz/run

.PHONY: clean
clean:  ## remove what was built
	rm -rf $(BUILD)
