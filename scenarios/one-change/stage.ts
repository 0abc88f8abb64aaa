import type { Person } from '../../testbed/n8n/people';
import { OneChangeReader } from './reader';
import { Walker, type Pictures } from './walker';
import type { OneChangeWorld } from './world';

/** Hears what happens, as it happens. */
export interface Listener {
	act(title: string): void;
	say(line: string): void;
	promise(text: string, violations: readonly string[]): void;
}

/** One promise, judged. */
export interface Promised {
	readonly text: string;
	readonly violations: readonly string[];
}

/** Time that one step took. */
export interface Step {
	readonly step: string;
	readonly seconds: number;
}

/** What came of one story. */
export interface Told {
	readonly id: string;
	readonly title: string;
	readonly promises: readonly Promised[];
	readonly steps: readonly Step[];
	/** Answers that people gave, in all. */
	readonly answers: number;
	/** Class that page 2 named; empty where it did not come to it. */
	readonly riskClass: string;
	/** Where the release ended. */
	readonly end: string;
}

/** What a story plays on: the world, the people in it, and what is kept of it. */
export class Stage {
	private readonly walkers = new Map<string, Walker>();
	private promises: Promised[] = [];
	private steps: Step[] = [];
	readonly reader: OneChangeReader;

	constructor(
		readonly world: OneChangeWorld,
		private readonly listener: Listener,
		private readonly pictures: Pictures = () => null,
	) {
		this.reader = new OneChangeReader(world.ledgerFile, world.clock.now);
	}

	/** A person in a browser of their own, signed in once. */
	async as(person: Person): Promise<Walker> {
		const known = this.walkers.get(person.email);
		if (known) return known;
		const walker = await Walker.signIn(this.world.n8n.url, person, this.pictures);
		this.walkers.set(person.email, walker);
		return walker;
	}

	say(line: string): void {
		this.listener.say(line);
	}

	/** Judges one promise: kept where nothing speaks against it. */
	promise(text: string, violations: readonly string[]): void {
		this.promises.push({ text, violations });
		this.listener.promise(text, violations);
	}

	/** A promise that something is so. */
	holds(text: string, kept: boolean, otherwise: string): void {
		this.promise(text, kept ? [] : [otherwise]);
	}

	/** A promise that a page says all of this. */
	says(text: string, page: string, wanted: readonly (string | RegExp)[]): void {
		const missing = wanted.filter((one) => (typeof one === 'string' ? !page.includes(one) : !one.test(page)));
		this.promise(
			text,
			missing.map((one) => `not there: ${String(one)}; the page says: ${page.slice(0, 1500)}`),
		);
	}

	took(step: string, seconds: number): void {
		this.steps.push({ step, seconds });
		this.say(`${step}: ${seconds.toFixed(1)} s`);
	}

	/** Plays one story and gives what came of it. */
	async play(
		id: string,
		title: string,
		story: (stage: Stage) => Promise<{ readonly riskClass: string; readonly end: string }>,
	): Promise<Told> {
		this.listener.act(title);
		[this.promises, this.steps] = [[], []];
		const before = this.answered();
		const came = await story(this);
		const answers = this.answered() - before;
		return { id, title, promises: this.promises, steps: this.steps, answers, ...came };
	}

	/** Closes the browsers. */
	async close(): Promise<void> {
		for (const walker of this.walkers.values()) await walker.close();
	}

	private answered(): number {
		return [...this.walkers.values()].reduce((sum, { answers }) => sum + answers, 0);
	}
}
