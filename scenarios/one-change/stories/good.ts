import { configIn, withConfig, withNode } from '../../../testbed/graph';
import { colleague, engineer, lead } from '../../../testbed/n8n/people';
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
	title: 'Another model of the generation vendor: controlled',
	play: async (stage) => {
		stage.world.standIns.generator.admin.models.add('gpt-6-nova');
		const walk = await askFor(stage, {
			change: 'The newer model\nIt writes better',
			name: 'vendor',
			edit: (graph) => withConfig(graph, 'model', 'gpt-6-nova'),
			riskClass: 'controlled',
			says: ['gpt-6-luna', 'gpt-6-nova'],
		});
		await approveBy(stage, walk, [lead], 'vendor');
		return { riskClass: 'controlled', end: await untilStable(stage) };
	},
};

export const good: readonly Story[] = [prompt, sender, cadence, vendor];
