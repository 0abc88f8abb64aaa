import { createHash } from 'node:crypto';
import { configIn, withConfig, withNode, type Graph, type Parameters } from '../../../testbed/graph';
import { colleague, engineer, lead } from '../../../testbed/n8n/people';
import { SandboxProblem } from '../../../testbed/problem';
import { approveBy, askFor, messages, untilItEnds } from '../deeds';
import type { Stage } from '../stage';
import type { Story } from './story';

/** Most answers that people may be asked for a changed prompt. */
const MOST_ANSWERS = 8;

/** Plays on until it is stable, which nobody has to do anything for. */
async function untilStable(stage: Stage): Promise<string> {
	const end = await untilItEnds(stage);
	stage.holds('a full cycle later it is stable, by itself', end === 'stable', `it is ${end}`);
	return end;
}

const prompt: Story = {
	id: 'prompt',
	title: 'One changed prompt, from the editor to stable',
	play: async (stage) => {
		const [from, to] = ['one short, useful email', 'one short, warm email'] as const;
		const walk = await askFor(stage, {
			change: 'Warmer opening line\nReaders found it cold',
			name: 'prompt',
			edit: (graph) => withConfig(graph, 'prompt', configIn(graph, 'prompt').replace(from, to)),
			riskClass: 'controlled',
			says: [from, to],
		});
		await approveBy(stage, walk, [lead], 'prompt');
		const people = await Promise.all([stage.as(engineer), stage.as(lead)]);
		const answers = people.reduce((sum, walker) => sum + walker.answers, 0);
		stage.holds(`it asks people for at most ${MOST_ANSWERS} answers`, answers <= MOST_ANSWERS, `${answers}`);
		const tooWide = people.flatMap((walker) => walker.tooWide);
		stage.promise('each of its pages fits a phone of 390 px', tooWide);
		const asked = await messages(stage, (text) => text.includes('asks for a word of'));
		stage.holds('whoever may approve is given the link', asked.length === 1, `${asked.length} messages`);
		const end = await untilStable(stage);
		const told = await messages(stage, (text) => text.startsWith(`${engineer.email}, `));
		stage.holds(
			'whoever asked for it is told once how it ended',
			told.length === 1,
			told.join('; ') || 'not told',
		);
		return { riskClass: 'controlled', end };
	},
};

const sender: Story = {
	id: 'sender-address',
	title: 'A new sender address: critical, two approvals',
	play: async (stage) => {
		const walk = await askFor(stage, {
			change: 'Send from the new address\nThe old one is given up',
			name: 'sender',
			edit: (graph) => withConfig(graph, 'fromAddress', 'Content <hello@example.com>'),
			riskClass: 'critical',
			says: ['content@example.com', 'hello@example.com', 'Email sending'],
		});
		await approveBy(stage, walk, [colleague, lead], 'sender');
		const end = await untilStable(stage);
		const last = stage.world.standIns.postmark.admin.received().at(-1);
		stage.holds(
			'mail leaves from the new address',
			last?.message.From?.includes('hello@example.com') === true,
			String(last?.message.From),
		);
		return { riskClass: 'critical', end };
	},
};

const cadence: Story = {
	id: 'cadence',
	title: 'Another schedule: critical, two approvals',
	play: async (stage) => {
		const walk = await askFor(stage, {
			change: 'Look every half hour\nA quarter is more than needed',
			name: 'cadence',
			edit: (graph) =>
				withNode(graph, 'Check Every 15 Minutes', () => ({
					rule: { interval: [{ field: 'minutes', minutesInterval: 30 }] },
				})),
			riskClass: 'critical',
			says: ['Delivery cadence', '15', '30'],
		});
		await approveBy(stage, walk, [colleague, lead], 'cadence');
		return { riskClass: 'critical', end: await untilStable(stage) };
	},
};

const vendor: Story = {
	id: 'vendor',
	title: 'Another model of the generation vendor: controlled, with its runbook read by a machine',
	play: async (stage) => {
		stage.world.standIns.generator.admin.models.add('gpt-6-nova');
		const runbook = '# Runbook\n\nIf the new model is slow, wait.\n';
		stage.world.github.admin.repository.files.set('runbook.md', runbook);
		const asked = async (file: string) =>
			await askFor(stage, {
				change: 'The newer model\nIt writes better',
				name: 'vendor',
				edit: (graph) => withConfig(graph, 'model', 'gpt-6-nova'),
				documents: `runbook: https://github.com/acme/docs/blob/main/${file}\nThe others name no model.`,
				riskClass: 'controlled',
				says: ['gpt-6-luna', 'gpt-6-nova'],
			});
		const wrong = await asked('runbok.md');
		stage.says('a document that is not there is said, with its link', wrong.end, [
			'This cannot be released',
			'runbok.md could not be read by a machine',
		]);
		const walk = await asked('runbook.md');
		const sha256 = createHash('sha256').update(runbook).digest('hex');
		const documents = (await stage.reader.newest())?.body.manifest.documents ?? [];
		stage.holds(
			'the release names what the runbook says, by the hash that a machine made',
			documents.some((one) => one.kind === 'runbook' && one.sha256 === sha256),
			JSON.stringify(documents),
		);
		await approveBy(stage, walk, [lead], 'vendor');
		return { riskClass: 'controlled', end: await untilStable(stage) };
	},
};

/** What *Configure Spine* of a draft says, changed. */
const configured = (graph: Graph, more: Parameters): Graph =>
	withNode(graph, 'Configure Spine', (of) => ({ ...of, ...more }));

const settingsOf = async ({ reader }: Stage) => {
	const found = await reader.settings();
	if (found === null) throw new SandboxProblem('The ledger has no spine.', 'See n8n.');
	return found;
};

const anchor: Story = {
	id: 'anchor',
	title: 'A shifted cadence, by its anchor: critical, set by Ship',
	play: async (stage) => {
		const [from, to, sooner] = ['2026-11-02T09:00', '2026-11-02T10:00', '2026-11-02T08:00'] as const;
		const early = await askFor(stage, {
			change: 'An hour earlier\nReaders rise early',
			name: 'anchor-early',
			edit: (graph) => configured(graph, { anchor: sooner }),
			riskClass: 'critical',
			says: [from, sooner, 'The first slot of the new rhythm opens sooner than the next one of the old.'],
		});
		stage.says('a shift that brings two sends closer together is held', early.end, ['It is held']);
		const walk = await askFor(stage, {
			change: 'An hour later\nReaders are still asleep',
			name: 'anchor',
			edit: (graph) => configured(graph, { anchor: to }),
			riskClass: 'critical',
			says: [
				'The setting cadence.anchor of the spine changes when the release ships',
				from,
				to,
				'It takes the place of “An hour earlier”, whose draft was given up',
			],
		});
		const before = await settingsOf(stage);
		stage.holds(
			'the rhythm is as before until it ships',
			before.cadence.anchor === from,
			before.cadence.anchor,
		);
		await approveBy(stage, walk, [colleague, lead], 'anchor');
		const { cadence: now } = await settingsOf(stage);
		stage.holds('Ship sets the new rhythm, and nobody runs a set-up', now.anchor === to, now.anchor);
		stage.world.anchoredAt(to);
		return { riskClass: 'critical', end: await untilStable(stage) };
	},
};

const property: Story = {
	id: 'new-property',
	title: 'A new HubSpot property: critical, made by Ship',
	play: async (stage) => {
		const { definitions } = stage.world.standIns.hubspot.admin.account;
		const name = 'cc_profile_tip';
		const walk = await askFor(stage, {
			change: 'Ask for a favourite tip\nTexts may use it later',
			name: 'property',
			edit: (graph) =>
				withNode(graph, 'Configure Spine', (of) => {
					const { defaults, ...others } = of.properties as { defaults: string };
					const more = JSON.stringify({ ...(JSON.parse(defaults) as object), [name]: 'any' });
					return { ...of, properties: { ...others, defaults: more } };
				}),
			riskClass: 'critical',
			says: [`The contact property ${name} is made when the release ships`, 'string (text)', 'any'],
		});
		stage.holds('nothing is made until it ships', !definitions.has(name), 'it is there already');
		const copy = definitions.get(`rgdrill_${name}`);
		stage.holds('the drill made a copy, and took it away again', copy?.archived === true, 'it did not');
		await approveBy(stage, walk, [colleague, lead], 'property');
		const made = definitions.get(name);
		stage.holds(
			'Ship makes the property that page 2 showed',
			made?.archived === false && made.type === 'string' && made.fieldType === 'text',
			JSON.stringify(made ?? 'it is not there'),
		);
		const { properties } = await settingsOf(stage);
		stage.holds('the spine freezes it from then on', properties.defaults[name] === 'any', 'it does not');
		return { riskClass: 'critical', end: await untilStable(stage) };
	},
};

const address: Story = {
	id: 'vendor-address',
	title: 'Another address of the generation vendor, told to the audit: critical',
	play: async (stage) => {
		const { generator } = stage.world.standIns;
		const old = new URL(generator.url);
		const host = `localhost:${old.port}`;
		const walk = await askFor(stage, {
			change: 'Texts by way of our gateway\nOne key for everybody',
			name: 'address',
			edit: (graph) => {
				const there = configIn(graph, 'generationUrl').replace(old.host, host);
				return withNode(withConfig(graph, 'generationUrl', there), 'Stand-ins', ({ content, ...of }) => ({
					...of,
					content: String(content).replace(`"${old.host}"`, `"${host}"`),
				}));
			},
			riskClass: 'critical',
			says: [old.host, host, 'declare otherwise to the audit'],
		});
		await approveBy(stage, walk, [colleague, lead], 'address');
		const end = await untilStable(stage);
		const asked = generator.admin.calls().filter(({ headers }) => headers.host === host);
		stage.holds('texts come from the new address', asked.length > 0, 'none does');
		return { riskClass: 'critical', end };
	},
};

export const good: readonly Story[] = [prompt, sender, cadence, anchor, property, vendor, address];
