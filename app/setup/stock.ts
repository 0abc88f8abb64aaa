import type { CredentialSlots } from '../../core/setup/types';

/**
 * Credentials that nodes of n8n need in the templates, where they do not name the type themselves. From the descriptions of
 * n8n-nodes-base 2.40.
 */
export const stockSlots: CredentialSlots = {
	'n8n-nodes-base.slack': [{ name: 'slackApi', required: true }],
	'n8n-nodes-base.emailSend': [{ name: 'smtp', required: true }],
	'n8n-nodes-base.postgres': [{ name: 'postgres', required: true }],
	'n8n-nodes-base.googleSheets': [{ name: 'googleSheetsOAuth2Api', required: true }],
};
