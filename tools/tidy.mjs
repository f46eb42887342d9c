// SPDX-License-Identifier: Apache-2.0
// The project's own rules, as a test: `node tools/tidy.mjs [ROOT]`. Each rule is a function from the
// files of the tree to findings; a finding is "path:line: what is wrong and what to do instead".
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FILE_LINES_MAX = 500;
const FUNCTION_LINES_MAX = 60;
const LINE_COLUMNS_MAX = 100;

/** What each folder under src/ may include, beside itself. The picture in ARCHITECTURE.md. */
export const ARROWS = {
  base: [],
  crypto: ['base'],
  'core/model': ['base'],
  'core/audit': ['base', 'crypto', 'core/model'],
  'core/code': ['base', 'crypto', 'core/model'],
  'core/policy': ['base', 'core/model'],
  'core/sync': ['base', 'crypto', 'core/model', 'core/code', 'core/policy'],
  ports: ['base', 'core/model', 'core/audit'],
  formats: ['base', 'crypto', 'core/*'],
  service: ['base', 'crypto', 'core/*', 'ports', 'formats'],
  testing: ['base', 'crypto', 'core/*', 'ports'],
  'adapters/sql': ['base', 'crypto', 'core/model', 'core/audit', 'ports', 'formats'],
  'adapters/smtp': ['base', 'crypto', 'ports'],
  'adapters/system': ['base', 'crypto', 'core/model', 'ports'],
  'front/http': ['base', 'core/*', 'service'],
  'front/pages': ['base', 'crypto', 'ports', 'formats', 'front/http'],
  'front/rest': ['base', 'crypto', 'core/*', 'ports', 'formats', 'service', 'front/http'],
  'front/radius': ['base', 'crypto', 'core/*', 'service', 'front/http'],
  'front/cli': ['base', 'core/*', 'formats', 'front/http'],
  app: ['*'],
  testd: ['*'],
};

/** Calls that have a better replacement here: [pattern, where it is allowed, what to use instead]. */
const BANNED = [
  [/\b(?:system_clock|steady_clock|high_resolution_clock)::now\b|\bclock_gettime\s*\(|\bgettimeofday\s*\(|\btime\s*\(\s*(?:NULL|nullptr|0)\s*\)/,
    /^src\/adapters\/system\/|^bench\/|_test\.cc$/, 'take an Instant as an argument (ports/clock.h)'],
  [/\breveal\s*\(/, /^src\/(?:crypto|formats)\/|^src\/base\/secret\.h$|^fuzz\//,
    'offer what needs the bytes from src/crypto or src/formats'],
  [/\b(?:std::)?(?:rand|srand|random_device)\b\s*[({]/, /^src\/adapters\/system\/|_test\.cc$|^src\/testing\//,
    'use ports/random.h'],
  [/\bgetenv\s*\(/, /^src\/(?:app|front\/cli|testd)\/|_test\.cc$/, 'read configuration in app'],
  [/\bsleep_for\b|\busleep\s*\(|\bsleep\s*\(\s*\d/, /^src\/app\/|^src\/testd\/|^bench\//,
    'wait for what you wait for; tests use the fake clock'],
  [/(?:^|[^\w.:>"'])(?:new|delete)\s+[A-Za-z_:]/, /^$/, 'use a value, unique_ptr or Handle'],
  [/\b(?:try\s*\{|catch\s*\(|throw\b)/,
    /^src\/(?:adapters|front|app|testd)\/|_test\.cc$|^src\/testing\/|^bench\/|^sim\/|^fuzz\//,
    'return a Result; exceptions do not cross a target'],
  [/\bunordered_(?:map|set)\b/, /^(?!src\/core\/)/, 'core is deterministic: use a sorted container'],
  [/\b(?:TODO|FIXME|XXX)\b/, /^$/, 'finish it, or name an issue'],
  [/\b(?:DISABLED_|GTEST_SKIP\s*\()/, /^$/, 'fix the test or delete it'],
];

const isCode = (file) => /\.(?:h|cc)$/.test(file);
const folderOf = (file) => {
  const parts = path.dirname(file).split('/').slice(1);
  for (let length = parts.length; length > 0; length -= 1) {
    const folder = parts.slice(0, length).join('/');
    if (folder in ARROWS) return folder;
  }
  return undefined;
};

/** `text` without comments and string contents, line by line, so that words in them do not count. */
export function stripped(text) {
  let result = text.replace(/\/\*[\s\S]*?\*\//g, (match) => match.replace(/[^\n]/g, ' '));
  result = result.replace(/R"(\w*)\(([\s\S]*?)\)\1"/g, (match) => match.replace(/[^\n]/g, ' '));
  return result.split('\n').map((line) =>
    line.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/\/\/.*$/, ''));
}

function allows(from, to) {
  return ARROWS[from].some((rule) =>
    rule === '*' || rule === to || (rule.endsWith('/*') && to.startsWith(rule.slice(0, -1))));
}

export const rules = {
  arrows({ files, read }) {
    const findings = [];
    for (const file of files.filter((f) => f.startsWith('src/') && isCode(f))) {
      const from = folderOf(file);
      if (!from) { findings.push(`${file}:1: a folder that is not in the picture (tools/tidy.mjs, ARROWS)`); continue; }
      const isTest = /_test\.cc$|_test_\w+\.h$|_fixture\.h$|\/test_\w+\.(?:h|cc)$/.test(file);
      read(file).split('\n').forEach((line, index) => {
        const match = /^#include "([^"]+)"/.exec(line);
        if (!match) return;
        const to = folderOf(`src/${match[1]}`);
        if (!to || to === from || allows(from, to)) return;
        if (isTest && (to === 'testing' || to.startsWith('adapters/') || to.startsWith('core/') || ['crypto', 'ports', 'formats', 'service', 'front/rest', 'front/http'].includes(to))) return;
        findings.push(`${file}:${index + 1}: ${from} must not include ${to}; every arrow leads to core`);
      });
    }
    return findings;
  },

  bannedCalls({ files, read }) {
    const findings = [];
    for (const file of files.filter((f) => isCode(f))) {
      stripped(read(file)).forEach((line, index) => {
        for (const [pattern, allowed, instead] of BANNED) {
          if (allowed.test(file) || !pattern.test(line)) continue;
          if (/=\s*delete\b/.test(line) && /delete/.test(pattern.source)) continue;
          findings.push(`${file}:${index + 1}: ${pattern.exec(line)[0].trim()}: ${instead}`);
        }
      });
    }
    return findings;
  },

  sizes({ files, read }) {
    const findings = [];
    for (const file of files.filter((f) => isCode(f) || /^web\/.*\.(?:tsx?|css|mjs)$/.test(f))) {
      const lines = read(file).split('\n');
      if (lines.length - 1 > FILE_LINES_MAX) {
        findings.push(`${file}:${lines.length}: ${lines.length - 1} lines, more than ${FILE_LINES_MAX}: split by noun`);
      }
      if (!isCode(file)) continue;  // The rest of web/ is oxlint's.
      lines.forEach((line, index) => {
        if ([...line].length > LINE_COLUMNS_MAX) findings.push(`${file}:${index + 1}: a line of more than ${LINE_COLUMNS_MAX} columns`);
      });
      for (const [start, length] of longFunctions(lines)) {
        findings.push(`${file}:${start}: a function of ${length} lines, more than ${FUNCTION_LINES_MAX}: extract, ifs up, loops down`);
      }
    }
    return findings;
  },

  licence({ files, read }) {
    return files.filter((f) => isCode(f) || /(?:^|\/)CMakeLists\.txt$|\.(?:cmake|mjs|sh|tsx?|css)$/.test(f))
      .filter((f) => !read(f).split('\n').slice(0, 3).some((l) => l.includes('SPDX-License-Identifier: Apache-2.0')))
      .map((f) => `${f}:1: no SPDX line`);
  },

  testsInCmake({ files, read }) {
    const lists = new Map();
    for (const file of files.filter((f) => f.endsWith('CMakeLists.txt'))) lists.set(path.dirname(file), read(file));
    return files.filter((f) => /\.cc$/.test(f) && /^(?:src|tests|sim|bench|fuzz)\//.test(f)).filter((f) => {
      for (let dir = path.dirname(f); dir !== '.'; dir = path.dirname(dir)) {
        const text = lists.get(dir);
        if (text && new RegExp(`(?:^|[\\s(/])${path.basename(f).replace('.', '\\.')}(?:[\\s)]|$)`, 'm').test(text)) return false;
      }
      return !/foreach/.test(lists.get(path.dirname(f)) ?? '');
    }).map((f) => `${f}:1: in no CMakeLists.txt, so it is neither built nor tested`);
  },

  ownTest({ files }) {
    const wanted = /^src\/(?:core|service|formats)\/.*\.cc$/;
    return files.filter((f) => wanted.test(f) && !f.endsWith('_test.cc'))
      .filter((f) => {
        const stem = f.replace(/\.cc$/, '');
        return !files.some((other) => other.startsWith(`${stem}_`) && other.endsWith('_test.cc'));
      })
      .map((f) => `${f}:1: no ${path.basename(f, '.cc')}_test.cc beside it`);
  },

  docLinks({ files, read, exists }) {
    const findings = [];
    for (const file of files.filter((f) => f.endsWith('.md'))) {
      let fenced = false;
      read(file).split('\n').forEach((line, index) => {
        if (line.startsWith('```')) fenced = !fenced;
        if (fenced) return;
        for (const [, target] of line.matchAll(/\]\(([^)\s]+)\)/g)) {
          if (/^(?:https?:|mailto:|#)/.test(target)) continue;
          const to = path.normalize(path.join(path.dirname(file), target.split('#')[0]));
          if (!exists(to)) findings.push(`${file}:${index + 1}: dead link ${target}`);
        }
        for (const [, target] of line.matchAll(/`((?:src|tests|docs|tools|api|sim|fuzz|bench|packaging)\/[\w./-]+\.\w+)`/g)) {
          if (!exists(target)) findings.push(`${file}:${index + 1}: names ${target}, which is not there`);
        }
      });
    }
    return findings;
  },

  catalogues({ files, read }) {
    const findings = [];
    const pages = [
      ['src/core/model/reason.cc', /"(\w+)",/g, 'docs/reference/reasons.md'],
      ['src/core/audit/event.cc', /"([a-z_]+\.[a-z_]+)"/g, 'docs/reference/audit-events.md'],
      ['src/core/model/permission.cc', /"([a-z_]+(?:\.[a-z_]+)*)",/g, 'docs/reference/permissions.md'],
    ];
    for (const [source, pattern, page] of pages) {
      if (!files.includes(source)) continue;
      const text = files.includes(page) ? read(page) : '';
      for (const [, name] of read(source).matchAll(pattern)) {
        if (name !== 'none' && !text.includes(`\`${name}\``)) findings.push(`${page}:1: does not explain ${name} (${source})`);
      }
    }
    return findings;
  },

  /** What the server writes into its log, and what the page says of it. */
  logEvents({ files, read }) {
    const page = 'docs/reference/logs.md';
    if (!files.includes(page)) return [];
    const explained = new Set([...read(page).matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name));
    const written = new Set();
    for (const file of files.filter((f) => /^src\/(?:app|testd)\/.*\.cc$/.test(f) && !f.endsWith('_test.cc'))) {
      // A call of log() up to its fields, and names that are handed on.
      for (const [call] of read(file).matchAll(/\blog\([^{;]*|\bwarns\("\w+"/g)) {
        for (const [, name] of call.matchAll(/"(\w+)"/g)) written.add(name);
      }
    }
    return [
      ...[...written].filter((name) => !explained.has(name)).map((name) => `${page}:1: does not explain ${name}`),
      ...[...explained].filter((name) => !written.has(name)).map((name) => `${page}:1: explains ${name}, which nothing writes`),
    ];
  },
};

/** [first line, length] of each function body that is too long: by braces at the form clang-format gives. */
export function longFunctions(lines) {
  const found = [];
  let start = -1;
  let indent = '';
  lines.forEach((line, index) => {
    if (start < 0) {
      const opens = /^(\s*)(?!namespace|class|struct|enum|union|extern|static constexpr|constexpr|const |inline constexpr|using|if|for|while|switch|else|do\b)\S.*\)?.*\{$/.exec(line);
      if (opens && /\)[^=;]*\{$/.test(line) && !/^\s*(?:\}|\/\/)/.test(line)) {
        start = index;
        indent = opens[1];
      }
    } else if (line.startsWith(`${indent}}`) && line.length <= indent.length + 3) {
      const length = index - start + 1;
      if (length > FUNCTION_LINES_MAX) found.push([start + 1, length]);
      start = -1;
    }
  });
  return found;
}

export function check(root) {
  const listed = execFileSync('git', ['-C', root, 'ls-files', '--cached', '--others', '--exclude-standard'],
    { encoding: 'utf8', maxBuffer: 64 << 20 });
  const files = listed.split('\n').filter((f) => f && existsSync(path.join(root, f)));
  const tree = {
    files,
    read: (file) => readFileSync(path.join(root, file), 'utf8'),
    exists: (file) => existsSync(path.join(root, file)),
  };
  return Object.entries(rules).flatMap(([name, rule]) => rule(tree).map((finding) => `${finding} [${name}]`));
}

if (process.argv[1] && import.meta.url.endsWith(path.basename(process.argv[1]))) {
  const findings = check(process.argv[2] ?? process.cwd());
  for (const finding of findings) console.log(finding);
  console.log(findings.length === 0 ? 'tidy: nothing to find' : `tidy: ${findings.length} findings`);
  process.exit(findings.length === 0 ? 0 : 1);
}
