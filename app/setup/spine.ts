import type { JsonObject } from '../../core/delivery/types';
import { ReleaseGateError } from '../../core/errors';
import { rehearsalTemplate, spineTemplate } from '../../core/setup/sets';
import type { Answers } from './answers';
import { runInside, type ErrandNode } from './inside';
import type { Installed, SetupPorts } from './ports';

/** What a rehearsal came to. */
export interface Verdict {
	readonly passed: boolean;
	readonly label: string;
	readonly sentence: string;
	/** What was looked at, one sentence each. */
	readonly findings: readonly string[];
}

const CONFIGURE_MS = 120_000;
const REHEARSE_MS = 600_000;

/** HubSpot's search may lag behind a write by seconds: a contact that was made due is found a moment later. */
const LAG_MS = 10_000;
const MOST_TRIES = 4;

const release = (name: string, parameters: JsonObject, credentials: JsonObject | undefined): ErrandNode => ({
	name,
	type: 'n8n-nodes-release-gate.release',
	typeVersion: 1,
	parameters,
	...(credentials === undefined ? {} : { credentials }),
});

const ledgerOf = ({ credentials }: Installed): JsonObject | undefined => {
	const ledger = credentials.releaseGateLedgerApi;
	return ledger && { releaseGateLedgerApi: { id: ledger.id, name: ledger.name } };
};

/** The parameters of *Configure Spine* as the template ships them. */
const shippedSettings = ({ templates }: Answers): JsonObject =>
	templates
		.find(({ id }) => id === spineTemplate)
		?.workflow.nodes.find(({ name }) => name === 'Configure Spine')?.parameters ?? {};

/**
 * Writes the settings of the spine into the ledger, from inside n8n. While it is in dry run a slot is open at once, so that
 * there is something to rehearse; live it counts from its first slot, unless the open one is wanted.
 */
export async function configureSpine(
	ports: SetupPorts,
	answers: Answers,
	installed: Installed,
	{
		mode,
		label = '',
	}: {
		readonly mode: 'dry-run' | 'live';
		readonly label?: string;
	},
): Promise<void> {
	const shipped = shippedSettings(answers);
	const { rhythm, firstSlot, spine } = answers;
	const cadence = mode === 'live' && firstSlot === 'next' ? rhythm.fromFirst : rhythm.cadence;
	const advanced = (shipped.advanced ?? {}) as JsonObject;
	const parameters = {
		...shipped,
		spine,
		...cadence,
		mode,
		testRecipients: (installed.testRecipients ?? []).join(', '),
		advanced: label === '' ? advanced : { ...advanced, dryRun: label },
	};
	const node = release('Configure Spine', parameters, ledgerOf(installed));
	await runInside(ports, { what: 'configure the spine', nodes: [node], patienceMs: CONFIGURE_MS });
}

const callOf = (name: string, workflow: string): ErrandNode => ({
	name,
	type: 'n8n-nodes-base.executeWorkflow',
	typeVersion: 1.2,
	parameters: {
		workflowId: { __rl: true, value: workflow, mode: 'id' },
		mode: 'once',
		options: { waitForSubWorkflow: true },
	},
});

const given = (name: string, fields: JsonObject): ErrandNode => ({
	name,
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: { mode: 'raw', jsonOutput: JSON.stringify(fields), options: {} },
});

/** One thing that a rehearsal looked at, as *Assess Dry Run* gives it. */
interface Looked {
	readonly id: string;
	readonly effect: string;
	readonly sentence: string;
}

const findingsOf = (value: unknown): readonly Looked[] =>
	Array.isArray(value)
		? value.flatMap((one: unknown) => {
				const { id, effect, sentence } = (one ?? {}) as {
					id?: unknown;
					effect?: unknown;
					sentence?: unknown;
				};
				return typeof sentence === 'string' ? [{ id: String(id), effect: String(effect), sentence }] : [];
			})
		: [];

/** A first set-up has no release, so nothing that a rollback would take back: every other proof must stand. */
const NEEDS_A_RELEASE = 'drill';

function verdictOf(said: JsonObject, label: string): Verdict {
	const looked = findingsOf(said.findings);
	const asked = looked.filter(({ id }) => id !== NEEDS_A_RELEASE);
	const open = asked.filter(({ effect }) => effect !== 'fine');
	const passed = asked.length > 0 && open.length === 0;
	const sentence = passed
		? `all ${asked.length} proofs stand. The rollback drill comes with the first release.`
		: open.map((one) => one.sentence).join(' ') || 'the rehearsal gave no finding.';
	return { passed, label, sentence, findings: asked.map((one) => one.sentence) };
}

async function once(
	ports: SetupPorts,
	answers: Answers,
	installed: Installed,
	label: string,
): Promise<Verdict> {
	const spineWorkflow = installed.workflows[spineTemplate]?.id ?? '';
	const order = { spine: answers.spine, spineWorkflow, release: '', label, shadow: false };
	const nodes = [
		given('Set Order', order),
		callOf('Rehearse', installed.workflows[rehearsalTemplate]?.id ?? ''),
	];
	try {
		const said = await runInside(ports, { what: 'rehearse the spine', nodes, patienceMs: REHEARSE_MS });
		return verdictOf(said, label);
	} catch (error) {
		if (!(error instanceof ReleaseGateError) || error.code !== 'setup-step-failed') throw error;
		return { passed: false, label, sentence: String(error.context.reason ?? error.message), findings: [] };
	}
}

/** What says that nobody was due, which may be HubSpot's index that lags. */
const NOBODY = /no (?:delivery|deliveries)|nothing was rehearsed|nobody/i;

/**
 * Rehearses the draft of the spine on its test contacts, by the template for it: twice, with a forced failure at generation
 * and one at the send. Sends nothing and writes nothing outside the key space of the rehearsal.
 */
export async function rehearse(ports: SetupPorts, answers: Answers, installed: Installed): Promise<Verdict> {
	const { say, wait, now } = ports;
	for (let tries = 1; ; tries += 1) {
		const label = `set-up-${new Date(now())
			.toISOString()
			.replace(/[-:.]|\d\dZ$/g, '')
			.toLowerCase()}`;
		await configureSpine(ports, answers, installed, { mode: 'dry-run', label });
		say(`Rehearsing on ${(installed.testRecipients ?? []).length} test contacts …`);
		const verdict = await once(ports, answers, installed, label);
		if (verdict.passed || tries >= MOST_TRIES || !NOBODY.test(verdict.sentence)) return verdict;
		say('Nobody was due yet; HubSpot may not have found the test contacts so soon. Once more.');
		await wait(LAG_MS);
	}
}

/** Starts the published spine once, as its schedule would within a quarter of an hour; gives its last item. */
export async function firstRun(ports: SetupPorts, installed: Installed): Promise<JsonObject> {
	ports.say('Starting the first live run …');
	const nodes = [given('Set Order', {}), callOf('Deliver', installed.workflows[spineTemplate]?.id ?? '')];
	return await runInside(ports, { what: 'run the spine', nodes, patienceMs: REHEARSE_MS });
}
