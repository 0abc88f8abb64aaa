'use strict';
/**
 * Loaded into n8n with `--require`: n8n then lives by the scenario's clock, an offset from the machine's that a file
 * holds. Date follows it, and so do the timers of schedules and of Wait nodes, and no other: work takes the time it
 * takes. Nothing else is changed.
 */
const fs = require('node:fs');
const children = require('node:child_process');

const file = process.env.RG_SCENARIO_CLOCK;
/** Where n8n waits for a time of day or for a while: schedules, Wait nodes, and who wakes executions up again. */
const waits = /[\\/](cron[\\/]dist[\\/]job|cron[\\/]src[\\/]job|Wait\.node|wait-tracker)\.[jt]s/;
const waitNode = /[\\/]Wait\.node\.[jt]s/;
const lookEveryMs = 20;

function follow(fd) {
	const Real = Date;
	const machine = Real.now.bind(Real);
	const cell = Buffer.alloc(8);
	const now = () => {
		fs.readSync(fd, cell, 0, 8, 0);
		return machine() + cell.readDoubleLE(0);
	};
	function Scenario(...given) {
		if (!new.target) return new Real(now()).toString();
		const target = new.target === Scenario ? Real : new.target;
		return Reflect.construct(Real, given.length === 0 ? [now()] : given, target);
	}
	Scenario.prototype = Real.prototype;
	Scenario.prototype.constructor = Scenario;
	Scenario.now = now;
	Scenario.parse = Real.parse;
	Scenario.UTC = Real.UTC;
	globalThis.Date = Scenario;
	return now;
}

function takeTimers(now) {
	const { setTimeout: set, setInterval: repeat, clearTimeout: clear } = globalThis;
	const timers = new Set();
	let told = '';
	const tell = () => {
		const due = [...timers].filter(({ every }) => every === null).map(({ at, node }) => ({ at, node }));
		const text = JSON.stringify(due.sort((left, right) => left.at - right.at));
		if (text === told) return;
		told = text;
		fs.writeFileSync(`${file}.${process.pid}.tmp`, text);
		fs.renameSync(`${file}.${process.pid}.tmp`, `${file}.due`);
	};
	const take = (call, delay, given, repeats) => {
		const node = waitNode.test(new Error().stack ?? '');
		const timer = { at: now() + delay, every: repeats ? delay : null, node, call, given };
		for (const name of ['ref', 'unref', 'refresh']) timer[name] = () => timer;
		timer.hasRef = () => true;
		timers.add(timer);
		tell();
		return timer;
	};
	const isWait = (delay) => delay >= 1000 && waits.test(new Error().stack ?? '');
	const forget = (timer) => {
		if (!timers.delete(timer)) clear(timer);
		else tell();
	};
	globalThis.setTimeout = Object.assign(
		(call, delay, ...given) => (isWait(delay) ? take(call, delay, given, false) : set(call, delay, ...given)),
		set,
	);
	globalThis.setInterval = Object.assign(
		(call, delay, ...given) =>
			isWait(delay) ? take(call, delay, given, true) : repeat(call, delay, ...given),
		repeat,
	);
	globalThis.clearTimeout = forget;
	globalThis.clearInterval = forget;
	repeat(() => {
		const at = now();
		for (const timer of [...timers].sort((left, right) => left.at - right.at)) {
			if (timer.at > at) break;
			if (timer.every === null) timers.delete(timer);
			else timer.at = at + timer.every;
			timer.call(...timer.given);
		}
		tell();
	}, lookEveryMs).unref();
}

/** The task runner gets an environment of its own; without this its `$now` would be the machine's. */
function handOn() {
	const { spawn } = children;
	children.spawn = (command, args, options) =>
		spawn(
			command,
			args,
			Array.isArray(args) && args.some((arg) => String(arg).includes('task-runner'))
				? {
						...options,
						env: {
							...options?.env,
							RG_SCENARIO_CLOCK: file,
							NODE_OPTIONS: `${options?.env?.NODE_OPTIONS ?? ''} --require ${__filename}`.trim(),
						},
					}
				: options,
		);
}

if (file) {
	const now = follow(fs.openSync(file, 'r'));
	const isRunner = process.argv.some((argument) => argument.includes('task-runner'));
	if (!isRunner) {
		takeTimers(now);
		handOn();
	}
}
