import type { Violations } from './judge';

/** Most violations of one promise that are printed in full. */
const printedViolations = 5;

/** Tells the story in the terminal, and keeps the tally of promises. */
export class Tale {
	private kept = 0;
	private broken = 0;
	private readonly startedAt = Date.now();

	act(title: string): void {
		const seconds = Math.round((Date.now() - this.startedAt) / 1000);
		console.log(`\n── ${title} (${seconds} s)`);
	}

	say(line: string): void {
		console.log(`   ${line}`);
	}

	/** A table of counts, largest first. */
	counts(rows: ReadonlyMap<string, number>): void {
		const width = Math.max(...[...rows.keys()].map((label) => label.length));
		for (const [label, count] of [...rows].sort((left, right) => right[1] - left[1]))
			this.say(`  ${label.padEnd(width)} ${String(count).padStart(6)}`);
	}

	/** One promise, judged. */
	promise(text: string, violations: Violations): void {
		if (violations.length === 0) {
			this.kept += 1;
			this.say(`kept    ${text}`);
			return;
		}
		this.broken += 1;
		this.say(`BROKEN  ${text}`);
		for (const violation of violations.slice(0, printedViolations)) this.say(`          ${violation}`);
		if (violations.length > printedViolations)
			this.say(`          and ${violations.length - printedViolations} more`);
	}

	/** Prints the tally; true when every promise was kept. */
	end(): boolean {
		this.act(
			this.broken === 0 ? `All ${this.kept} promises kept` : `${this.broken} broken, ${this.kept} kept`,
		);
		return this.broken === 0;
	}
}

/** How often each label occurs. */
export function countBy<Item>(
	items: readonly Item[],
	label: (item: Item) => string,
): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const item of items) counts.set(label(item), (counts.get(label(item)) ?? 0) + 1);
	return counts;
}
