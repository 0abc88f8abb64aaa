import { cut, find, flag, insert, link, node, set } from '../edit';
import { ifTrue } from '../spine';
import { attacks } from './attack';

/** 2, of the mode that sends nothing: a claim of a rehearsal that nobody ends. */
export const rehearsals = attacks(2, {
	'a rehearsal whose confirmation is disabled': flag('Confirm rehearsal', { disabled: true }),
	'a rehearsal that goes around its confirmation': (workflow) => {
		cut(workflow, 'Write rehearsal', 0);
		link(workflow, 'Write rehearsal', 0, 'Commit rehearsal');
	},
	'a rehearsal confirmed by version 1': flag('Confirm rehearsal', { typeVersion: 1 }),
	'a rehearsal that version 1 stops, committed from its stop': [
		flag('Confirm rehearsal', { typeVersion: 1 }),
		(workflow) => cut(workflow, 'Confirm rehearsal', 1),
	],
	'a rehearsal whose commit is disabled': flag('Commit rehearsal', { disabled: true }),
	'a rehearsal that ends at its confirmation': (workflow) => cut(workflow, 'Confirm rehearsal', 2),
	'a rehearsal that ends at its text': (workflow) => cut(workflow, 'Write rehearsal', 0),
	'a rehearsal that only the fitting finish': (workflow) =>
		insert(workflow, 'Write rehearsal', 0, ifTrue('Rehearsal fits', 'fits')),
	'a rehearsal of which the first is confirmed': flag('Confirm rehearsal', { executeOnce: true }),
	'a rehearsal settled instead of committed': set('Commit rehearsal', { operation: 'settle' }),
	'a rehearsal confirmed on the way of the live ones, version 1': (workflow) => {
		find(workflow, 'Confirm before send').typeVersion = 1;
		cut(workflow, 'Confirm before send', 2);
		cut(workflow, 'Claim rehearsal', 1);
		link(workflow, 'Claim rehearsal', 1, 'Write text');
		cut(workflow, 'Confirm before send', 0);
		workflow.nodes.push(node('Note what stopped', 'n8n-nodes-base.noOp'));
		link(workflow, 'Confirm before send', 0, 'Note what stopped');
	},
	'claimed items at the second input of the text': (workflow) => {
		for (const one of workflow.connections['Claim delivery']?.main[1] ?? []) one.index = 1;
	},
	'a stopped item that goes round': (workflow) => {
		cut(workflow, 'Confirm before send', 0);
		link(workflow, 'Confirm before send', 0, 'Write text');
	},
	'a rehearsal claimed from a field of the recipient': set('Claim rehearsal', {
		source: 'standalone',
		spine: 'content',
		recipientField: 'contact.id',
	}),
});
