import type { Contract } from './contract';
import { datadog } from './datadog';
import { ecr } from './ecr';
import { github } from './github';
import { googleSheets } from './google-sheets';
import { hubSpot } from './hubspot';
import { intercom } from './intercom';
import { openAi } from './openai';
import { postmark } from './postmark';
import { brevo, hubSpotSingleSend, mailgun, resend, sendGridMail, ses } from './senders';
import { sendGrid } from './sendgrid';
import { slack } from './slack';
import { stripe } from './stripe';

/** All contracts, with the folder in which a user keeps the vendor's official descriptions for `npm run contracts`. */
export const contracts: readonly (readonly [folder: string, contract: Contract])[] = [
	['brevo', brevo],
	['datadog', datadog],
	['ecr', ecr],
	['github', github],
	['google-sheets', googleSheets],
	['hubspot', hubSpot],
	['hubspot', hubSpotSingleSend],
	['intercom', intercom],
	['mailgun', mailgun],
	['openai', openAi],
	['postmark', postmark],
	['resend', resend],
	['sendgrid', sendGrid],
	['sendgrid', sendGridMail],
	['ses', ses],
	['slack', slack],
	['stripe', stripe],
];
