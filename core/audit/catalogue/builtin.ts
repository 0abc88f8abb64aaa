import type { CatalogueEntry } from './types';

const B = 'n8n-nodes-base.';
const L = '@n8n/n8n-nodes-langchain.';

const each = (names: string, entry: CatalogueEntry, prefix = B): [string, CatalogueEntry][] =>
	names
		.trim()
		.split(/\s+/)
		.map((name) => [prefix + name, entry]);

const mail = (operations: Readonly<Record<string, CatalogueEntry['role']>>): CatalogueEntry => ({
	role: 'writer',
	operations: operations as CatalogueEntry['operations'],
});

/**
 * What n8n's own nodes do to the outside world. Operations whose verb reads (see `verbs.ts`) are readers whatever
 * stands here. Types that are missing are `unknown` unless their operation reads.
 */
export const BUILTIN: ReadonlyMap<string, CatalogueEntry> = new Map<string, CatalogueEntry>([
	// Pass items on, one for one.
	...each(
		`set noOp wait form dateTime crypto html markdown xml renameKeys editImage executionData debugHelper
		respondToWebhook totp jwt convertToFile extractFromFile readBinaryFile readBinaryFiles moveBinaryData
		spreadsheetFile htmlExtract sort`,
		{ role: 'harmless', items: 'same' },
	),
	[`${B}if`, { role: 'harmless', items: 'same', outputs: 2 }],
	[`${B}switch`, { role: 'harmless', items: 'same' }],
	[`${B}merge`, { role: 'harmless', items: 'more' }],
	[`${B}compareDatasets`, { role: 'harmless', items: 'more', outputs: 4 }],
	// May hand on fewer items than they got.
	...each('filter limit aggregate summarize removeDuplicates', { role: 'harmless', items: 'fewer' }),
	// May hand on more.
	...each('splitOut itemLists', { role: 'harmless', items: 'more' }),
	[`${B}splitInBatches`, { role: 'loop', items: 'same', outputs: 2 }],
	[`${B}executeWorkflow`, { role: 'sub-workflow', items: 'more' }],
	[`${B}stopAndError`, { role: 'stop', outputs: 0 }],

	// Only read.
	...each(
		`rssFeedRead readPDF hackerNews openWeatherMap nasa coinGecko marketstack dhl googleAnalytics
		googlePageSpeed compression iCal uproc clearbit hunter`,
		{ role: 'reader', items: 'more' },
	),

	// Reach recipients. Mail, text messages, chat apps in which the customer sits.
	[`${B}emailSend`, { role: 'sender', items: 'same' }],
	...each('mailgun awsSes mandrill mailjet sendInBlue brevo', { role: 'sender' }),
	...each(
		`twilio messageBird vonage plivo sms77 msg91 mocean whatsApp line telegram facebookGraphApi twitter linkedIn
		discourse reddit medium lemlist emelia automizy awsSns gotify`,
		{ role: 'sender' },
	),
	[
		`${B}gmail`,
		{
			role: 'sender',
			operations: {
				'message.send': 'sender',
				'message.sendAndWait': 'sender',
				'message.reply': 'sender',
				'thread.reply': 'sender',
				...Object.fromEntries(
					['message', 'thread'].flatMap((resource) =>
						['addLabels', 'removeLabels', 'markAsRead', 'markAsUnread', 'trash', 'untrash', 'delete'].map(
							(operation) => [`${resource}.${operation}`, 'writer' as const],
						),
					),
				),
				'draft.create': 'writer',
				'draft.delete': 'writer',
				'label.create': 'writer',
				'label.delete': 'writer',
			},
		},
	],
	[
		`${B}microsoftOutlook`,
		mail({
			'message.send': 'sender',
			'message.sendAndWait': 'sender',
			'message.reply': 'sender',
			'draft.send': 'sender',
			'event.create': 'sender',
			'event.update': 'sender',
			'contact.create': 'state-writer',
			'contact.update': 'state-writer',
		}),
	],
	[
		`${B}sendGrid`,
		mail({ 'mail.send': 'sender', 'contact.upsert': 'state-writer', 'contact.delete': 'state-writer' }),
	],
	[
		`${B}mailchimp`,
		{ role: 'state-writer', operations: { 'campaign.send': 'sender', 'campaign.resend': 'sender' } },
	],
	[`${B}googleCalendar`, { role: 'sender' }],

	// Reach the team.
	...each(
		`slack microsoftTeams discord mattermost rocketchat zulip matrix googleChat ciscoWebex pagerDuty opsGenie
		pushover pushbullet pushcut signl4 spontit sentryIo`,
		{ role: 'notifier', items: 'more' },
	),

	// Keep contacts: delivery state may live there.
	...each(
		`hubspot salesforce pipedrive zohoCrm activeCampaign customerIo convertKit agileCrm copper freshworksCrm
		keap mailerLite getResponse intercom drift autopilot vero iterable klaviyo highLevel monicaCrm actionNetwork
		affinity salesmate egoi ghost`,
		{ role: 'state-writer', items: 'more' },
	),

	// Keep other records.
	...each(
		`postgres mySql microsoftSql mongoDb redis airtable googleSheets dataTable notion supabase baserow nocoDb
		seaTable questDb crateDb timescaleDb snowflake googleBigQuery elasticsearch googleDrive googleDocs
		googleSlides dropbox box nextCloud microsoftOneDrive microsoftExcel microsoftSharePoint awsS3 s3 ftp
		awsDynamoDb googleFirebaseCloudFirestore github gitlab bitbucket jira asana trello clickUp linear mondayCom
		todoist zendesk freshdesk wordpress webflow strapi contentful shopify wooCommerce stripe coda readWriteFile
		writeBinaryFile kafka rabbitmq amqp mqtt googleTasks microsoftToDo quickbooks xero youTube
		spotify googleContacts`,
		{ role: 'writer', items: 'more' },
	),

	// Make content; nothing reaches a recipient.
	...each(
		'openAi deepL googleTranslate awsTextract awsRekognition awsTranscribe jinaAi perplexity mindee bannerbear apiTemplateIo',
		{
			role: 'generator',
			items: 'more',
		},
	),
	...each(
		`openAi anthropic googleGemini ollama chainLlm chainSummarization chainRetrievalQa informationExtractor
		sentimentAnalysis textClassifier guardrails`,
		{ role: 'generator', items: 'same' },
		L,
	),
	// An agent does what its tools do; see `classify.ts`.
	...each('agent openAiAssistant agentTool', { role: 'generator', items: 'same' }, L),
	...each(
		'vectorStoreInMemory vectorStorePinecone vectorStoreQdrant vectorStoreSupabase vectorStorePGVector',
		{
			role: 'writer',
			items: 'more',
		},
		L,
	),
]);

/** Tools an agent may hold without becoming a sender: they compute or read. */
export const HARMLESS_TOOLS: ReadonlySet<string> = new Set(
	['toolCalculator', 'toolThink', 'toolWikipedia', 'toolSerpApi', 'toolWolframAlpha', 'toolVectorStore'].map(
		(name) => L + name,
	),
);
