import { setTimeout as sleep } from 'node:timers/promises';
import { configIn, withConfig } from '../../../testbed/graph';
import { lead } from '../../../testbed/n8n/people';
import { askFor, linkIn, nextSlot } from '../deeds';
import type { Story } from './story';

/** n8n is killed while it ships, and comes back. Played when it is named (`RG_ONLY=killed`). */
export const killed: Story = {
	id: 'killed',
	title: 'n8n killed in the middle of a Ship: it goes on by itself',
	play: async (stage) => {
		const { world, reader } = stage;
		const before = await world.versions();
		const walk = await askFor(stage, {
			change: 'A slower line\nIt reads hurried',
			name: 'killed',
			edit: (graph) => withConfig(graph, 'prompt', `${configIn(graph, 'prompt')} Take your time.`),
			riskClass: 'controlled',
			says: ['Take your time'],
		});
		const walker = await stage.as(lead);
		// The page that waits for the answer dies with n8n.
		const word = walker.approve(linkIn(walk), 'approved', 'killed-approve').catch(() => null);
		const stageNow = async () => (await reader.newest())?.body.stage;
		for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await sleep(2))
			if ((await stageNow()) === 'deploying') break;
		await world.n8n.kill();
		await word;
		const half = await stageNow();
		stage.holds('it was killed half-way', half === 'deploying', `it is ${half ?? 'nothing'}`);
		await world.n8n.restart();
		stage.say(
			`Published when n8n came back: ${(await world.versions()).published}, before ${before.published}`,
		);
		// Five looks of the schedule; the first ones come too soon after it began to be sure that nobody ships.
		for (let look = 0; look < 5 && (await stageNow()) === 'deploying'; look += 1) {
			await sleep(2_000);
			await world.passTo(world.clock.now() + 5 * 60_000);
		}
		const end = (await stageNow()) ?? 'nothing';
		stage.holds('Ship when ready finishes it by its schedule', end === 'monitoring', `it is ${end}`);
		const { published, draft } = await world.versions();
		stage.holds(
			'what is published is the draft that was proven',
			published === draft,
			`${published} is published`,
		);
		await nextSlot(stage);
		return { riskClass: 'controlled', end };
	},
};
