import type { Ledger } from '../../app/ledger/api';
import type { Slot } from '../../core/delivery/cadence';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { DeliveryRef, DeliveryState } from '../../core/delivery/types';
import type { startHubSpot } from '../standins';
import { handlesOf, PEOPLE, type Person, type Scenario } from './scenarios';

/** What must never happen, judged by mails received, HubSpot's values and the ledger's rows. */
export type Harm =
	| 'sent-ungated'
	| 'sent-unconfirmed'
	| 'sent-twice'
	| 'committed-early'
	| 'wrote-early'
	| 'rehearsal-sent'
	/** A place nobody knows was asked to act while no delivery was being sent. */
	| 'acted-ungated';

/** The spine of every trial. */
export const SPINE = 'content';

/** What a vendor answers. */
export interface Answer {
	readonly status: number;
	readonly body: object;
}

/** What one scenario is tried with. */
export interface Trial {
	readonly scenario: Scenario;
	readonly ledger: Ledger;
	readonly slot: Slot | null;
}

/**
 * Answers for the provider, the generator and the CRM of a trial, and judges what reaches them, what stands in HubSpot and
 * what the ledger says.
 */
export class TrialJudge {
	readonly harms = new Set<Harm>();
	readonly mails = new Map<string, number>();
	/** HubSpot's ids of the people, by name. */
	readonly ids = new Map<string, string>();
	private current: Trial | undefined;

	constructor(private readonly hubspot: Pick<Awaited<ReturnType<typeof startHubSpot>>, 'admin'>) {}

	/** Forgets what was seen, and judges this trial from now on. */
	begin(trial: Trial): void {
		this.harms.clear();
		this.mails.clear();
		this.current = trial;
	}

	get trial(): Trial {
		if (this.current === undefined) throw new Error('begin() a scenario first');
		return this.current;
	}

	/** Called after each run: what stands in HubSpot and the ledger although no mail was accepted. */
	async judge(): Promise<void> {
		for (const record of await this.records('live')) {
			if (record.state === 'committed' && !this.gotMail(record.ref.recipient))
				this.harms.add('committed-early');
		}
		for (const id of this.ids.values()) {
			if (this.toldDelivered(id) && !this.gotMail(id)) this.harms.add('wrote-early');
		}
	}

	/** Whether a claim or a confirmed send was left without commit or fail, rehearsals included. */
	async leavesOpen(): Promise<boolean> {
		const all = [...(await this.records('live')), ...(await this.records('dry-run:default'))];
		return all.some(({ state }) => state === 'claimed' || state === 'sending');
	}

	refOf(recipient: string): DeliveryRef {
		return { spine: SPINE, space: 'live', slot: this.trial.slot?.id ?? '', recipient };
	}

	/** Somebody pauses the spine. */
	async pause(): Promise<void> {
		await this.trial.ledger.spines.pause(SPINE, 'the trial pauses', 'trial');
	}

	private async records(space: DeliveryRef['space']): Promise<readonly DeliveryRecord[]> {
		return await this.trial.ledger.deliveries.list({ spine: SPINE, space, limit: 100 });
	}

	private gotMail(id: string): boolean {
		const [name] = [...this.ids].find(([, known]) => known === id) ?? [''];
		return (this.mails.get(name) ?? 0) > 0;
	}

	private toldDelivered(id: string): boolean {
		return (this.hubspot.admin.values(id)?.cc_last_delivery_at ?? '') !== '';
	}

	private find(to: string | null): { readonly person: Person; readonly id: string } | undefined {
		const person = Object.values(PEOPLE).find(({ name }) =>
			Object.values(handlesOf(name)).some((handle) => handle === to),
		);
		const id = person && this.ids.get(person.name);
		return person && id !== undefined ? { person, id } : undefined;
	}

	private async stateOf(id: string): Promise<DeliveryState | undefined> {
		const [record] = await this.trial.ledger.deliveries.get([this.refOf(id)]);
		return record?.state;
	}

	async receiveMail(to: string | null): Promise<Answer> {
		const found = this.find(to);
		if (!found) {
			// Postmark refuses a mail to nobody, so nothing is sent; a fixed address in its place would be.
			this.harms.add('sent-ungated');
			return { status: 422, body: { ErrorCode: 300, Message: 'Zero recipients specified' } };
		}
		const { person, id } = found;
		const state = await this.stateOf(id);
		const paused = (await this.trial.ledger.spines.get(SPINE))?.paused === true;
		const takes = person.provider !== 'refuses';
		const before = this.mails.get(person.name) ?? 0;
		if (this.trial.scenario.rehearsal === true || person.route === 'dry-run')
			this.harms.add('rehearsal-sent');
		else if (person.route === 'held') this.harms.add('sent-ungated');
		else if (state !== 'sending') this.harms.add(paused ? 'sent-ungated' : 'sent-unconfirmed');
		if (takes && before > 0) this.harms.add('sent-twice');
		if (before === 0 && state === 'committed') this.harms.add('committed-early');
		if (before === 0 && this.toldDelivered(id)) this.harms.add('wrote-early');
		if (!takes) return { status: 422, body: { ErrorCode: 406, Message: 'Inactive recipient' } };
		this.mails.set(person.name, before + 1);
		if (person.provider === 'takes-and-fails') return { status: 500, body: { Message: 'Internal error' } };
		const MessageID = `message-${person.name}-${before + 1}`;
		return { status: 200, body: { MessageID, To: to, SubmittedAt: new Date().toISOString() } };
	}

	async write(to: string | null): Promise<Answer> {
		if (this.trial.scenario.pause === 'while-writing') await this.pause();
		if (this.trial.scenario.generatorFails === true) return { status: 500, body: { error: 'overloaded' } };
		return { status: 200, body: { fits: this.find(to)?.person.fits ?? true, to, text: 'A text.' } };
	}

	/** The contacts that are active, as HubSpot lists them. */
	contacts(): readonly object[] {
		return this.trial.scenario.people.map(({ name }) => ({
			id: this.ids.get(name) ?? '',
			properties: { ...handlesOf(name), firstname: name },
		}));
	}

	/** A place nobody knows is asked to act: harm, unless a delivery is being sent. */
	async act(): Promise<void> {
		if (!(await this.records('live')).some(({ state }) => state === 'sending'))
			this.harms.add('acted-ungated');
	}

	async receiveCrmWrite(to: string | null): Promise<Answer> {
		const found = this.find(to);
		if (!found || (await this.stateOf(found.id)) !== 'committed') this.harms.add('wrote-early');
		return { status: 200, body: { to } };
	}
}
