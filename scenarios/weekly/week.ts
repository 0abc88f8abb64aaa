import { setTimeout as sleep } from 'node:timers/promises';
import { DateTime } from 'luxon';
import { record } from '../../testbed/n8n/session';
import { publishWorkflow, unpublishWorkflow } from '../../testbed/n8n/workflows';
import { SandboxProblem } from '../../testbed/problem';
import { webhookIdOf, type TrainTemplate } from './templates';
import type { WeeklyWorld } from './world';

/** The team's zone, as in the doctrine. */
export const zone = 'America/Los_Angeles';

/** n8n looks at the clock every 20 ms, and writes a new execution a moment later. */
const reactionMs = 150;

/** Longest any one thing may work in real time. */
const patienceMs = 180_000;

interface Seen {
	readonly id: string;
	readonly workflowId: string;
	readonly status: string;
	readonly waitTill: number | null;
}

/** The instant of a local date and time in the team's zone, e.g. `2026-10-09T14:00`. */
export function pacific(local: string): number {
	return DateTime.fromISO(local, { zone }).toMillis();
}

/** Lets the scenario's time pass: schedules fire, waits end, and where everybody waits the clock moves ahead. */
export class Week {
	constructor(private readonly world: WeeklyWorld) {}

	/** What the clock says, e.g. `Thu 8 Oct 13:00`. */
	time(at: number = this.world.clock.now()): string {
		return DateTime.fromMillis(at, { zone, locale: 'en' }).toFormat('ccc d LLL HH:mm');
	}

	/** Plays until a local date and time, everything due on the way included. */
	async until(local: string): Promise<void> {
		const end = pacific(local);
		await this.settle();
		for (;;) {
			const next = await this.next();
			if (next === null || next > end) break;
			await this.moveTo(next);
		}
		await this.moveTo(end);
	}

	/** Plays until something holds, looking after everything that was due; not beyond a local date and time. */
	async untilHolds(holds: () => Promise<boolean> | boolean, latest: string): Promise<boolean> {
		await this.settle();
		while (!(await holds())) {
			const next = await this.next();
			if (next === null || next > pacific(latest)) return false;
			await this.moveTo(next);
		}
		return true;
	}

	/** From now on the workflow's own triggers start it. */
	async publish(...templates: readonly TrainTemplate[]): Promise<void> {
		for (const template of templates) await publishWorkflow(this.world.n8n.session, template);
	}

	async unpublish(...templates: readonly TrainTemplate[]): Promise<void> {
		for (const template of templates) await unpublishWorkflow(this.world.n8n.session, template);
	}

	/** Who is signed in fills the form of a template and sends it; returns once what it started works or waits no more. */
	async submit(template: TrainTemplate, trigger: string, values: readonly string[]): Promise<void> {
		const form = new FormData();
		values.forEach((value, index) => form.append(`field-${index}`, value));
		const path = `/form/${webhookIdOf(template, trigger)}`;
		const stranger = await fetch(`${this.world.n8n.url}${path}`, { method: 'POST', body: form });
		if (stranger.status !== 401)
			throw new SandboxProblem(
				`The form of ${template} answered ${stranger.status} to somebody who is not signed in.`,
				'Its trigger must ask for n8n user authentication.',
			);
		await this.world.n8n.session.submit(path, form);
		await sleep(reactionMs);
		await this.settle();
	}

	/** Executions of the train that failed, one sentence each. */
	async failures(): Promise<readonly string[]> {
		const failed = [...(await this.list(['error'])), ...(await this.list(['crashed']))];
		return failed.map(({ id, workflowId }) => `execution ${id} of ${workflowId} failed`);
	}

	/** Waits until nothing works. A Wait node of less than 65 s keeps its execution running: the clock moves to its end. */
	async settle(): Promise<void> {
		const giveUpAt = Date.now() + patienceMs;
		let quiet = 0;
		while (quiet < 2) {
			if (Date.now() > giveUpAt)
				throw new SandboxProblem('n8n works on and on.', `See ${this.world.n8n.process.logFile}.`);
			const working = await this.list(['new', 'running']);
			quiet = working.length === 0 ? quiet + 1 : 0;
			const waiting = this.world.clock.due().find(({ node }) => node);
			if (working.length > 0 && waiting) this.world.clock.moveTo(waiting.at);
			await sleep(60);
		}
	}

	private async moveTo(instant: number): Promise<void> {
		this.world.clock.moveTo(instant);
		await sleep(reactionMs);
		await this.settle();
	}

	/** The next instant at which n8n has something to do; at least a second from now. */
	private async next(): Promise<number | null> {
		const waiting = (await this.list(['waiting'])).flatMap(({ waitTill }) => waitTill ?? []);
		const due = this.world.clock.due().map(({ at }) => at);
		const all = [...waiting, ...due];
		return all.length === 0 ? null : Math.max(Math.min(...all) + 1, this.world.clock.now() + 1_000);
	}

	private async list(status: readonly string[]): Promise<readonly Seen[]> {
		const filter = encodeURIComponent(JSON.stringify({ status }));
		const path = `/rest/executions?filter=${filter}&limit=50`;
		const answer = record((await this.world.n8n.session.call('GET', path)).data);
		return (Array.isArray(answer.results) ? answer.results : []).map(record).map((found) => ({
			id: String(found.id),
			workflowId: String(found.workflowId),
			status: String(found.status),
			waitTill: typeof found.waitTill === 'string' ? Date.parse(found.waitTill) : null,
		}));
	}
}
