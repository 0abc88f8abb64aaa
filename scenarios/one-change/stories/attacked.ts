import type { Page } from 'playwright-core';
import { configIn, withConfig } from '../../../testbed/graph';
import { engineer, lead } from '../../../testbed/n8n/people';
import { askFor, linkIn } from '../deeds';
import type { Stage } from '../stage';
import type { Story } from './story';

/** What n8n, a browser or a chat could read as something else than text; as it must stand on a page. */
const hostile = `Costs "5$", '$' and $& $\` $$. {{ 1 + 1 }} <b>bold</b> </td><script>document.title = 'taken'</script>`;

/** Sends a request to n8n with no session; the status, or 0 where nothing came back. */
async function asNobody(url: string, method: 'GET' | 'POST'): Promise<{ status: number; text: string }> {
	const form = new FormData();
	for (const [name, value] of Object.entries({
		verdict: 'approved',
		'field-0': 'approved',
		'field-1': 'approved',
	}))
		form.append(name, value);
	const answer = await fetch(url, {
		method,
		redirect: 'manual',
		...(method === 'POST' ? { body: form } : {}),
	});
	return { status: answer.status, text: await answer.text() };
}

/** The address of the page on which somebody is asked for their word, left open. */
async function leftOpen(
	stage: Stage,
	link: string,
): Promise<{ readonly shown: string; readonly url: string }> {
	const walker = await stage.as(lead);
	return await walker.at(link, 'Release', async (page: Page) => {
		await page.getByRole('button').last().click();
		await walker.until(page, 'Your word');
		return { shown: await page.locator('body').innerText(), url: page.url() };
	});
}

/** Ways around the forms, tried in a real n8n and a browser. Played when it is named (`RG_ONLY=attacked`). */
export const attacked: Story = {
	id: 'attacked',
	title: 'Forms with hostile texts, without a session, and with a no that is walked around',
	play: async (stage) => {
		const { world, reader } = stage;
		const kept = await world.draft();
		const prompt = configIn(kept, 'prompt');
		const walk = await askFor(stage, {
			change: `A ${'$'}' <i>"tone"</i>\n{{ 7 * 7 }} <script>1</script>`,
			name: 'hostile',
			edit: (graph) => withConfig(graph, 'prompt', `${prompt} ${hostile}`),
			riskClass: 'controlled',
			says: [hostile],
		});
		const link = linkIn(walk);
		const { shown, url } = await leftOpen(stage, link);
		stage.says('who approves reads the value as it is', shown, [hostile]);

		const answers = [
			await asNobody(new URL('/form/release-a-change', world.n8n.url).href, 'POST'),
			await asNobody(url, 'GET'),
			await asNobody(url, 'POST'),
		];
		stage.holds(
			'nobody who is not signed in sees or sends a page',
			answers.every(({ status, text }) => status !== 200 && !text.includes(hostile.slice(0, 12))),
			answers.map(({ status, text }) => `${status}: ${text.slice(0, 100)}`).join('; '),
		);
		const words = async () => [
			...(await reader.told('release.approved')),
			...(await reader.told('release.rejected')),
		];
		stage.holds(
			'and no word of theirs is on record',
			(await words()).length === 0,
			(await words()).join('; '),
		);

		// The page that was left open by one person is sent by another: it is the other one's word, in their role.
		const other = await stage.as(engineer);
		const page = await other.at(link, 'Release', async (own) => {
			await own.goto(url, { waitUntil: 'domcontentloaded' });
			await other.until(own, 'Your word', /not recorded|sign in|Sign in|expired|not found/);
			const list = own.locator('select').last();
			if ((await list.count()) === 0) return await own.locator('body').innerText();
			await list.selectOption('approved');
			await own.getByRole('button').last().click();
			await own
				.getByText(/not recorded|It is live|It waits|It is held/)
				.first()
				.waitFor({ timeout: 60_000 });
			return await own.locator('body').innerText();
		});
		stage.says('who asked for it approves it on no page that another one opened', page, [
			/not recorded|Sign in|sign in/,
		]);

		const { end } = await (await stage.as(lead)).approve(link, 'rejected', 'hostile-rejected');
		stage.says('the rejection holds it', end, ['It is held', 'rejected it']);
		const again = await askFor(stage, {
			change: 'Another title\nNothing to see here',
			name: 'dodged',
			edit: (graph) => withConfig(graph, 'prompt', `${prompt} ${hostile} `),
			riskClass: 'controlled',
			says: ['It takes the place of'],
		});
		stage.says('another title and one blank more are no way around it', again.end, [
			'It is held',
			/rejected .*, whose place it takes/,
		]);
		await world.edit(() => kept);
		return { riskClass: 'controlled', end: 'held' };
	},
};
