import type { JsonObject } from '../../core/delivery/types';
import { gateError, ReleaseGateError } from '../../core/errors';
import { alike } from '../../core/setup/alike';
import { missingCredentials, publishedOf, spineTemplate } from '../../core/setup/sets';
import type { Template } from '../../core/setup/types';
import { wired } from '../../core/setup/wire';
import type { Answers } from './answers';
import { removeErrand } from './inside';
import { PACKAGE, TAG, type Plan } from './plan';
import type { Deed, Installed, SetupPorts } from './ports';
import { wiringOf } from './wiring';
import { configureSpine, firstRun, rehearse, type Verdict } from './spine';

/** A workflow that stays out of service: credentials that it lacks, or what n8n says against it. */
interface Waiting {
	readonly template: string;
	readonly name: string;
	readonly lacks: readonly string[];
	readonly refused?: string;
}

/** What a set-up came to. */
export interface SetUp {
	readonly installed: Installed;
	/** Workflows that stay out of service. */
	readonly waiting: readonly Waiting[];
	readonly verdict: Verdict | null;
	/** What the first live run gave; `null` where there was none. */
	readonly live: JsonObject | null;
}

/** One set-up under way: what is known is written down after every deed, so that a failure leaves a list of what it did. */
class SetupRun {
	private installed: Installed;

	constructor(
		private readonly ports: SetupPorts,
		private readonly answers: Answers,
		private readonly plan: Plan,
	) {
		const { host } = ports.n8n;
		const { version, spine, sets, rhythm, rhythmWords, config, insideUrl, outsideUrl, firstSlot } = answers;
		const testers = plan.testContacts.map(({ id }) => id);
		this.installed = {
			...(plan.before ?? { workflows: {}, credentials: {}, deeds: [] }),
			host,
			version,
			spine,
			...(testers.length > 0 ? { testRecipients: testers } : {}),
			chosen: { sets, rhythm, rhythmWords, config, insideUrl, outsideUrl, firstSlot },
		};
	}

	private async keep(change: Partial<Installed>, ...deeds: readonly Deed[]): Promise<void> {
		this.installed = {
			...this.installed,
			...change,
			deeds: [...(change.deeds ?? this.installed.deeds), ...deeds],
		};
		await this.ports.store.save(this.installed);
	}

	/** Lets n8n install the package. What keeps n8n from it is told with the other ways. */
	private async package(): Promise<void> {
		if (!this.plan.install) return;
		const { n8n, say } = this.ports;
		const { version } = this.answers;
		try {
			await n8n.installPackage(version);
		} catch (error) {
			if (!(error instanceof ReleaseGateError) || error.code !== 'setup-n8n-refused') throw error;
			throw gateError('setup-package-missing', { reason: String(error.context.reason) }, error);
		}
		await this.keep({}, { kind: 'package', id: version, name: PACKAGE });
		say(`n8n installed ${PACKAGE} ${version}.`);
	}

	/** Names of tags to their ids, made where they are missing. */
	private async tags(): Promise<ReadonlyMap<string, string>> {
		const { n8n } = this.ports;
		for (const name of this.plan.tags) {
			const id = await n8n.createTag(name);
			await this.keep({}, { kind: 'tag', id, name });
		}
		return new Map((await n8n.tags()).map(({ id, name }) => [name, id]));
	}

	/** Makes one and lets its service try it. One that is refused is deleted, and asked for again where somebody is there. */
	private async credential(type: string, name: string, data: JsonObject): Promise<void> {
		const { n8n, say, askAgain } = this.ports;
		const id = await n8n.createCredential(name, type, data);
		const { credentials, deeds } = this.installed;
		await this.keep(
			{ credentials: { ...credentials, [type]: { id, name } } },
			{ kind: 'credential', id, name, type },
		);
		const said = await n8n.testCredential(id);
		if (said?.ok !== false) {
			const taken = said === null ? '' : '; its service takes it';
			say(`Made the credential ${name}${taken}.`);
			return;
		}
		await n8n.removeCredential(id);
		await this.keep({ credentials, deeds });
		const other = (await askAgain?.(type, said.message, data)) ?? null;
		// With another key the next run makes it anew.
		if (other === null)
			throw gateError('setup-step-failed', { what: `use the credential ${name}`, reason: said.message });
		await this.credential(type, name, other);
	}

	private async credentials(): Promise<void> {
		await this.keep({ credentials: { ...this.installed.credentials, ...this.plan.found } });
		for (const type of this.plan.make) {
			const given = this.answers.credentials[type];
			if (given !== undefined) await this.credential(type, given.name, given.data);
		}
	}

	private async properties(): Promise<void> {
		const { contacts, say } = this.ports;
		if (contacts === null) return;
		for (const { name, label } of this.plan.groups) {
			await contacts.definitions.createGroup({ name, label });
			await this.keep({}, { kind: 'group', id: name, name: label });
		}
		for (const property of this.plan.properties) {
			await contacts.definitions.create(property);
			await this.keep({}, { kind: 'property', id: property.name, name: property.label });
		}
		if (this.plan.properties.length > 0) say(`Made ${this.plan.properties.length} properties in HubSpot.`);
		for (const { id, write, before } of this.plan.testContacts) {
			if (Object.keys(write).length === 0) continue;
			await this.keep({}, { kind: 'contact', id, before });
			const [result] = await contacts.update([{ id, properties: write }]);
			if (result?.status !== 'written')
				throw gateError('setup-step-failed', {
					what: 'write to a test contact',
					reason: result?.error.message,
				});
		}
	}

	/** Makes what is absent, then chooses everything in what is ours: ids are known only once all are there. */
	private async workflows(tags: ReadonlyMap<string, string>): Promise<void> {
		const { n8n, store, say } = this.ports;
		const templates = new Map(this.answers.templates.map((template) => [template.id, template]));
		for (const place of this.plan.places) {
			const template = templates.get(place.template);
			if (template === undefined || place.state !== 'absent') {
				if (place.state === 'changed' && this.installed.workflows[place.template]?.id !== place.id)
					await this.keep({
						workflows: {
							...this.installed.workflows,
							[place.template]: { id: place.id, versionId: 'unknown' },
						},
					});
				continue;
			}
			const { name } = template.workflow;
			const id = await n8n.create(template.workflow);
			const workflows = { ...this.installed.workflows, [template.id]: { id } };
			await this.keep({ workflows }, { kind: 'workflow', id, name, template: template.id });
			await n8n.tag(
				id,
				[tags.get(TAG), tags.get(template.set)].flatMap((tag) => tag ?? []),
			);
		}
		const wiring = wiringOf(this.installed, this.answers.slots);
		if (wiring === null) return;
		let saved = 0;
		for (const { template: name, state } of this.plan.places) {
			const template = templates.get(name);
			const place = this.installed.workflows[name];
			if (template === undefined || place === undefined || state === 'changed') continue;
			const ready = wired(template, wiring);
			if (place.versionId !== undefined && alike(ready, await store.kept(name))) continue;
			const versionId = await n8n.save(place.id, ready);
			await store.keep(name, ready);
			await this.keep({ workflows: { ...this.installed.workflows, [name]: { id: place.id, versionId } } });
			saved += 1;
		}
		if (saved > 0)
			say(`Set up ${saved} workflows: ids, credentials, addresses and error workflow are chosen.`);
	}

	private async publish(template: Template): Promise<readonly string[]> {
		const { n8n } = this.ports;
		const place = this.installed.workflows[template.id];
		if (place === undefined || this.plan.active.has(place.id)) return [];
		const draft = await n8n.draft(place.id);
		const lacks = draft === null ? [] : missingCredentials(draft, this.answers.slots);
		if (lacks.length > 0) return lacks;
		const { name } = template.workflow;
		await n8n.publish(place.id);
		await this.keep({}, { kind: 'published', id: place.id, name });
		return [];
	}

	/**
	 * Publishes one workflow beside the spine. What n8n has against one of them keeps the others from nothing: an n8n that is
	 * older than a form of theirs publishes all the rest (1.123 knows no form that asks who is signed in).
	 */
	private async inService(template: Template): Promise<Waiting | null> {
		const { name } = template.workflow;
		try {
			const lacks = await this.publish(template);
			return lacks.length === 0 ? null : { template: template.id, name, lacks };
		} catch (error) {
			if (!(error instanceof ReleaseGateError) || error.code !== 'setup-n8n-refused') throw error;
			if (Number(error.context.status) !== 400) throw error;
			return { template: template.id, name, lacks: [], refused: String(error.context.reason) };
		}
	}

	/** The rehearsal; `null` where nobody is there to rehearse on, or this version passed before. */
	private async rehearsal(): Promise<Verdict | null> {
		const spine = this.installed.workflows[spineTemplate];
		const { rehearsed } = this.installed;
		if (spine?.versionId === undefined || this.plan.testContacts.length === 0) return null;
		if (rehearsed !== undefined && rehearsed.versionId === spine.versionId) return null;
		const verdict = await rehearse(this.ports, this.answers, this.installed);
		if (verdict.passed) await this.keep({ rehearsed: { label: verdict.label, versionId: spine.versionId } });
		return verdict;
	}

	async run(): Promise<SetUp> {
		const { ports, answers } = this;
		await this.package();
		for (const { id } of this.plan.leftovers) await removeErrand(ports.n8n, id);
		const tags = await this.tags();
		await this.credentials();
		await this.properties();
		await this.workflows(tags);
		const waiting: Waiting[] = [];
		let published = 0;
		for (const template of publishedOf(answers.templates)) {
			const waits = await this.inService(template);
			if (waits === null) published += 1;
			else waiting.push(waits);
		}
		ports.say(`${published} workflows are in service.`);
		const spine = answers.templates.find(({ id }) => id === spineTemplate);
		if (spine === undefined) return { installed: this.installed, waiting, verdict: null, live: null };
		const fresh = this.installed.mode === undefined;
		if (fresh) {
			await configureSpine(ports, answers, this.installed, { mode: 'dry-run' });
			await this.keep({ mode: 'dry-run' }, { kind: 'spine', id: answers.spine, name: answers.spine });
			ports.say(`The spine ${answers.spine} is in the ledger, in dry run.`);
		}
		const verdict = await this.rehearsal();
		const passed = verdict?.passed ?? this.installed.rehearsed !== undefined;
		if (!passed || answers.firstSlot === 'none' || this.installed.mode === 'live')
			return { installed: this.installed, waiting, verdict, live: null };
		const lacks = await this.publish(spine);
		if (lacks.length > 0) {
			waiting.push({ template: spine.id, name: spine.workflow.name, lacks });
			return { installed: this.installed, waiting, verdict, live: null };
		}
		await configureSpine(ports, answers, this.installed, { mode: 'live' });
		await this.keep({ mode: 'live' });
		ports.say(`The spine ${answers.spine} is live.`);
		const live = answers.firstSlot === 'now' ? await firstRun(ports, this.installed) : null;
		return { installed: this.installed, waiting, verdict, live };
	}
}

/**
 * Does what the plan says, in an order in which each step finds what it needs, and writes every deed down before the next one.
 * Run again after a failure it goes on where it stopped. Throws what n8n, HubSpot and the steps throw.
 */
export async function applySetup(ports: SetupPorts, answers: Answers, plan: Plan): Promise<SetUp> {
	return await new SetupRun(ports, answers, plan).run();
}
