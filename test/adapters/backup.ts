import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { expect } from '@jest/globals';
import type { Ledger } from '../../app/ledger/api';
import { type Orders, perSlot } from './slots-worker';

/** A process that delivers and prunes while backups are made. */
export class SlotsWorker {
	/** Slots it has said to be delivered. */
	done = 0;
	private readonly child: ChildProcess;
	private readonly end: Promise<unknown>;

	constructor(orders: Orders) {
		const loader = pathToFileURL(require.resolve('tsx')).href;
		const script = join(__dirname, 'slots-worker.ts');
		this.child = spawn(process.execPath, ['--import', loader, script, JSON.stringify(orders)], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		this.end = once(this.child, 'close');
		createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on('line', () => (this.done += 1));
	}

	/** Waits until so many slots more are delivered. Throws where the process ended before. */
	async goesOn(slots: number): Promise<void> {
		const until = this.done + slots;
		while (this.done < until) {
			if (this.child.exitCode !== null) throw new Error('The worker ended.');
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	}

	async kill(): Promise<void> {
		this.child.kill('SIGKILL');
		await this.end;
	}
}

/**
 * Holds a copy against what it must be: its chain intact with every record as the chain tells, and of every slot all
 * deliveries or none, all of them in one state. Returns the states, one for a slot.
 */
export async function expectWholeCopy(ledger: Ledger, spine: string): Promise<readonly string[]> {
	expect(await ledger.events.verify()).toMatchObject({ status: 'intact', unsealed: 0 });
	const slots = new Map<string, string[]>();
	for (const { ref, state } of await ledger.deliveries.list({ spine, limit: 100_000 }))
		slots.set(ref.slot, [...(slots.get(ref.slot) ?? []), state]);
	return [...slots].map(([slot, states]) => {
		expect({ slot, deliveries: states.length, states: new Set(states).size }).toEqual({
			slot,
			deliveries: perSlot,
			states: 1,
		});
		return states[0] ?? '';
	});
}
