import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Something in n8n that waits for its time. */
export interface Due {
	/** Milliseconds since 1970. */
	readonly at: number;
	/** Whether it is a Wait node inside a running execution, and not a schedule. */
	readonly node: boolean;
}

/**
 * Sessions and executions must outlast a scenario of weeks. Expressions run in n8n's own process: in the isolate of the
 * other engine `$now` is the machine's, whatever the environment says.
 */
export const lasting = {
	N8N_USER_MANAGEMENT_JWT_DURATION_HOURS: '8760',
	EXECUTIONS_DATA_PRUNE: 'false',
	N8N_EXPRESSION_ENGINE: 'legacy',
};

/**
 * The scenario's clock: the machine's, plus an offset that only grows. It runs as fast as the machine's, so whatever is
 * worked takes the time it takes; where everybody waits, whoever plays the scenario moves it ahead. n8n and its task
 * runner live by it through `environment()`, the stand-ins through `now`.
 */
export class ScenarioClock {
	private readonly descriptor: number;
	private offset: number;

	/**
	 * @param file where the offset is kept for other processes; its folder exists
	 * @param startsAt milliseconds since 1970
	 */
	constructor(
		private readonly file: string,
		startsAt: number,
	) {
		this.descriptor = openSync(file, 'w');
		this.offset = startsAt - Date.now();
		this.write();
	}

	readonly now = (): number => Math.round(Date.now() + this.offset);

	/** Moves on to an instant; one that has passed already changes nothing. */
	moveTo(instant: number): void {
		this.offset = Math.max(this.offset, instant - Date.now());
		this.write();
	}

	/** What n8n's schedules and Wait nodes wait for, the next first. */
	due(): readonly Due[] {
		const told = `${this.file}.due`;
		return existsSync(told) ? (JSON.parse(readFileSync(told, 'utf8')) as Due[]) : [];
	}

	/** Variables that make a Node process live by this clock. */
	environment(): Readonly<Record<string, string>> {
		return { RG_SCENARIO_CLOCK: this.file, NODE_OPTIONS: `--require ${join(__dirname, 'preload.cjs')}` };
	}

	close(): void {
		closeSync(this.descriptor);
		for (const end of ['', '.due']) rmSync(this.file + end, { force: true });
	}

	private write(): void {
		const cell = Buffer.alloc(8);
		cell.writeDoubleLE(this.offset);
		writeSync(this.descriptor, cell, 0, 8, 0);
	}
}
