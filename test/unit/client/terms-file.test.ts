import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTermsFile } from '../../../client/terms-file.ts';
import { asOrdinaryUser } from '../../support/user.ts';

let folder = '';
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-terms-'));
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const written = async (name: string, content: string | Uint8Array) => {
  await writeFile(at(name), content);
  return at(name);
};
const readBack = async (name: string, content: string | Uint8Array) =>
  readTermsFile(await written(name, content));
const term = (write: string, ...heard: string[]) => ({ write, heard });
/** Bytes in hexadecimal digits, as another program wrote them. */
const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');

describe('a list of terms in lines', () => {
  it('has what is heard behind tabs, comments and empty lines', async () => {
    const text = '# products\nLonghand\tlong hand\t 朗汉德 \n\n  \nC#\r\nGitHub\t\n#end';
    expect((await readBack('a.txt', text)).terms).toEqual([
      term('Longhand', 'long hand', '朗汉德'),
      term('C#'),
      term('GitHub'),
    ]);
  });

  it('is as texts are, in NFC', async () => {
    expect((await readBack('nfd.TXT', 'Cafe\u0301')).terms).toEqual([term('Caf\u00e9')]);
  });
});

describe('a list of terms in CSV', () => {
  it('has quotes, commas, line ends in a quote, and rows of any length (RFC 4180)', async () => {
    const text = '"Smith, Wesson",smith wesson\r\n"The ""A"" Team"\r\n\r\nGitHub,git hub,"get, hub",\r\n';
    expect((await readBack('a.csv', text)).terms).toEqual([
      term('Smith, Wesson', 'smith wesson'),
      term('The "A" Team'),
      term('GitHub', 'git hub', 'get, hub'),
    ]);
  });

  it.each(['write', 'Write,Heard', 'write,heard,heard'])('may have a header: %s', async (header) => {
    const { terms } = await readBack('header.csv', `${header}\nLonghand,long hand\n`);
    expect(terms).toEqual([term('Longhand', 'long hand')]);
  });

  it('has a term that looks like a header behind the first row, or with another word', async () => {
    expect((await readBack('no-header.csv', 'write,rite\nwrite\n')).terms).toHaveLength(2);
  });
});

describe('a list of terms in JSON', () => {
  it('has terms, and objects where something else is heard', async () => {
    const list = ['GitHub', { write: 'Longhand', heard: ['long hand'] }, { write: '长城' }];
    expect((await readBack('a.json', JSON.stringify(list))).terms).toEqual([
      term('GitHub'),
      term('Longhand', 'long hand'),
      term('长城'),
    ]);
  });
});

/** Bytes by the tables of the WHATWG Encoding standard. */
describe('the encoding of a list of terms', () => {
  const utf16 = Buffer.from('长城\nÉcole\n', 'utf16le');
  it.each<[string, Uint8Array, string[]]>([
    ['utf-8', Buffer.from('长城\nÉcole\n'), ['长城', 'École']],
    ['utf-8', Buffer.from('Longhand\n'), ['Longhand']],
    ['utf-8', Buffer.concat([hex('efbbbf'), Buffer.from('长城\n')]), ['长城']],
    ['utf-16le', Buffer.concat([hex('fffe'), utf16]), ['长城', 'École']],
    ['utf-16be', Buffer.concat([hex('feff'), Buffer.from(utf16).swap16()]), ['长城', 'École']],
    ['gb18030', hex('b1b1bea9b4f3d1a70ac8cbb9a4d6c7c4dc0a'), ['北京大学', '人工智能']],
    ['gb18030', hex('d4c6bcc6cbe30d0a97fc0d0a8130d239410d0a'), ['云计算', '楛', '\u0450A']],
    ['big5', hex('b6b3baddb577bad00a'), ['雲端硬碟']],
    ['big5', hex('bb4fc657a46abec70a4c6f6e6768616e640a'), ['臺灣大學', 'Longhand']],
    ['shift_jis', hex('8366815b835e8aee94d50a'), ['データ基盤']],
    ['shift_jis', hex('938c8b9e91e58a770a834e8389834583680a'), ['東京大学', 'クラウド']],
    [
      'euc-kr',
      hex('b7d5c7dab5e50abcadbfefb4ebc7d0b1b30ac5acb6f3bfecb5e50a'),
      ['롱핸드', '서울대학교', '클라우드'],
    ],
    ['windows-1251', hex('deede8eaf10acee1ebe0eaee0a'), ['Юникс', 'Облако']],
    ['windows-1251', hex('4c6f6e6768616e640acbeeede3f5fdede40a'), ['Longhand', 'Лонгхэнд']],
    ['windows-1252', hex('436166e90a8c757672650a4772f6df650a'), ['Café', 'Œuvre', 'Größe']],
    ['windows-1252', hex('5afc726963680a'), ['Zürich']],
  ])('is %s of %j', async (encoding, bytes, writes) => {
    const read = await readBack('encoded.txt', bytes);
    expect([read.encoding, ...read.terms.map(({ write }) => write)]).toEqual([encoding, ...writes]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['that may be one or the other', hex('b3a4b3c70a'), /may be euc-kr \(.*\) or gb18030 \(长城\)/],
    ['of UTF-8 with a broken character', hex('e995bfe59f8e 0a e995bf e59f 0a'), /line 2, got .* no utf-8/],
    ['of half a UTF-16 pair', hex('fffe 41000a00 00d80a00'), /line 2, got .* no utf-16le/],
    ['of a program', hex('7f454c46 02010100 0000'), /no text/],
    ['of a picture', hex('ffd8ffe0 00104a46'), /no text/],
    ['of KOI8-R', hex('f0d2c9d7c5d420edc9d220c920efc2ccc1cbcf0a'), /no text in an encoding/],
  ])('is refused where it is none: bytes %s', async (_, bytes, message) => {
    await expect(readBack('unclear.txt', bytes)).rejects.toMatchObject({
      code: 'LH_TERMS_UNREADABLE',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('a list of terms that cannot be read', () => {
  it.each<[string, string, string]>([
    ['list.doc', 'Longhand', 'ends in .txt, .csv, .json at LIST, got another'],
    ['empty.txt', '# none\n', '1 to 5000 terms at LIST, got 0'],
    ['many.txt', 'a\n'.repeat(5001), '1 to 5000 terms at LIST, got 5001'],
    ['long.txt', `${'语'.repeat(90)}\n`.repeat(500), '102400 bytes of UTF-8 in all at LIST, got 135000'],
    ['big.txt', '#'.repeat(1024 * 1024 + 1), 'at most 1048576 bytes at LIST, got 1048577'],
    ['misfit.txt', 'a\n\n!?\n', 'a letter or a digit among them at LIST, line 3, got "!?"'],
    ['first.txt', 'a\n\tb\n', 'at LIST, line 2, got ""'],
    ['lines.csv', 'a,b\n"c\nd"\n?,x\n', 'at LIST, line 2, got "c\\nd"'],
    ['row.csv', 'a,b\n,x\n', 'at LIST, line 2, got ""'],
    ['quote.csv', 'a,b\nc"d,e\n', 'CSV as RFC 4180 has it at LIST, line 2, got '],
    ['open.csv', 'a\n"b\n', 'CSV as RFC 4180 has it at LIST, line '],
    ['comma.json', '[\n"a",\n]', 'JSON at LIST, line 3, got '],
    ['end.json', '[\n"a"', 'JSON at LIST, line 2, got '],
    ['object.json', '{"a":1}', 'an array of terms at LIST, got {"a":1}'],
    ['item.json', '["a",1]', 'and nothing else, in [1] at LIST, got 1'],
    ['heard.json', '[{"write":"a","heard":"b"}]', 'in [0] at LIST, got {"write":"a","heard":"b"}'],
    ['name.json', '[{"write":"a","hear":["b"]}]', 'in [0] at LIST'],
    ['blank.json', '["a"," "]', 'at LIST, got ""'],
  ])('is refused with the place: %s', async (name, text, message) => {
    const path = await written(name, text);
    await expect(readTermsFile(path)).rejects.toMatchObject({
      code: 'LH_TERMS_UNREADABLE',
      message: expect.stringContaining(message.replace('LIST', path)) as string,
    });
  });

  it('is refused where there is no file that may be read', async () => {
    await mkdir(at('folder.txt'));
    const locked = await written('locked.txt', 'a');
    await chmod(locked, 0o000);
    for (const [path, reason] of [
      [at('none.txt'), 'found nothing'],
      [at('folder.txt'), 'a folder, a device or a pipe'],
      [locked, 'may not read it'],
    ] as const) {
      await expect(asOrdinaryUser(() => readTermsFile(path))).rejects.toMatchObject({
        code: 'LH_TERMS_UNREADABLE',
        message: `Expected a file at ${path}, got ${reason}`,
      });
    }
  });
});
