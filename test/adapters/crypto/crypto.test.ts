import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inputCodec } from '../../../adapters/crypto';
import { refOf } from '../../../testbed/databases/ledgers';

const ref = refOf('s', '1');
const key = Buffer.alloc(32, 7);

test('what is sealed opens again, under the key in any of its forms, and never shows the text', () => {
	fc.assert(
		fc.property(fc.dictionary(fc.string(), fc.string({ minLength: 4 })), (input) => {
			const text = JSON.stringify(input);
			const sealed = inputCodec(key.toString('hex')).seal(ref, text);
			expect(inputCodec(key.toString('base64')).open(ref, sealed)).toBe(text);
			expect(sealed).not.toContain(text);
		}),
	);
});

test('another key, another delivery and a flipped character are refused', () => {
	const codec = inputCodec(key.toString('hex'));
	const sealed = codec.seal(ref, '{"a":1}');
	expect(() => inputCodec('another passphrase').open(ref, sealed)).toThrow(
		expect.objectContaining({ code: 'ledger-input-locked' }),
	);
	expect(() => codec.open(refOf('s', '2'), sealed)).toThrow(
		expect.objectContaining({ code: 'ledger-input-damaged' }),
	);
	const at = sealed.length - 6;
	const flipped = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
	expect(() => codec.open(ref, flipped)).toThrow(expect.objectContaining({ code: 'ledger-input-damaged' }));
});

test('inputs stored before a key was set stay readable, and a short key is refused', () => {
	expect(inputCodec(key.toString('hex')).open(ref, '{"a":1}')).toBe('{"a":1}');
	expect(() => inputCodec('short')).toThrow(expect.objectContaining({ code: 'ledger-key-malformed' }));
});
