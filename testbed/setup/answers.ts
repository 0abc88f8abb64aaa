import type { Answers } from '../../app/setup/answers';
import { readSlots, readTemplates } from '../../cli/setup/package-files';
import { readRhythm } from '../../core/setup/rhythm';
import { templatesOf } from '../../core/setup/sets';

/** Credentials that nodes can take, as the package describes them. */
export const slots = readSlots();

/** The templates of the sets `delivery` and `release`. */
export const templates = templatesOf(readTemplates(), ['delivery', 'release']);

const given = (name: string) => ({ name, data: { key: name } });

/** What a set-up at an instant is told: all credentials, every two days, nobody to rehearse on, live at once. */
export function setupAnswers(now: number): Answers {
	const rhythmWords = 'every 2 days at 9:00 New York';
	return {
		sets: ['delivery', 'release'],
		templates,
		slots,
		version: '0.1.0',
		spine: 'content-delivery',
		rhythm: readRhythm(rhythmWords, now),
		rhythmWords,
		credentials: {
			releaseGateHubSpotApi: given('HubSpot'),
			postmarkApi: given('Postmark'),
			openAiApi: given('OpenAI'),
			slackApi: given('Slack'),
			httpBasicAuth: given('Login'),
			releaseGateN8nApi: given('n8n'),
		},
		config: { fromAddress: 'News <news@example.com>' },
		insideUrl: 'http://n8n:5678',
		outsideUrl: 'https://n8n.example.com',
		testContacts: [],
		firstSlot: 'now',
	};
}
