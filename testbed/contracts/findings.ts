import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A call that did not keep to a contract. */
export interface Violation {
	readonly vendor: string;
	/** Method and path. */
	readonly call: string;
	/** `request`: the stand-in took what the vendor would not. `answer`: it answered what the vendor would not. */
	readonly side: 'request' | 'answer';
	readonly problem: string;
}

/** What was found in this process. */
interface Findings {
	readonly violations: Violation[];
	/** Distinct calls checked, by vendor: exchange, status and the set of fields sent. */
	readonly checked: Map<string, Set<string>>;
}

// Jest gives each test file its own modules, and the hook that looks here is another one: the process holds what was found.
const holder = globalThis as typeof globalThis & { releaseGateContracts?: Findings };
const findings = (): Findings =>
	(holder.releaseGateContracts ??= { violations: [], checked: new Map<string, Set<string>>() });

const inJest = process.env['JEST_WORKER_ID'] !== undefined;

/** Notes a violation. Outside of jest it is said at once, and the process will end with 1. */
export function violated(violation: Violation): void {
	findings().violations.push(violation);
	if (inJest) return;
	process.exitCode = 1;
	console.error(textOf(violation));
}

/** Notes a call that was checked. */
export function checked(vendor: string, call: string): void {
	const { checked: all } = findings();
	const calls = all.get(vendor) ?? new Set();
	all.set(vendor, calls.add(call));
}

export const textOf = ({ vendor, call, side, problem }: Violation): string =>
	`The contract of ${vendor} is broken: the ${side} of ${call}: ${problem}`;

/** Violations since the last look, each once. */
export function takeViolations(): readonly string[] {
	return [...new Set(findings().violations.splice(0).map(textOf))];
}

/** Distinct calls checked in this process, by vendor. */
export const checkedCalls = (): Readonly<Record<string, number>> =>
	Object.fromEntries([...findings().checked].map(([vendor, calls]) => [vendor, calls.size]));

/** Leaves the calls of a vendor that there is not out of the count. */
export const forget = (vendor: string): boolean => findings().checked.delete(vendor);

/** Adds the calls checked in this process to the folder a test run gathers them in, if it named one. */
export function gather(): void {
	const folder = process.env['RELEASE_GATE_CONTRACTS'];
	if (folder === undefined) return;
	mkdirSync(folder, { recursive: true });
	const lines = [...findings().checked].flatMap(([vendor, calls]) =>
		[...calls].map((call) => `${vendor}\t${call}\n`),
	);
	if (lines.length > 0) appendFileSync(join(folder, `${process.pid}.tsv`), lines.join(''));
	findings().checked.clear();
}
