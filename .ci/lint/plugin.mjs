// Local lint rules: what makes a run the same on every machine, and which floor may import which. The data is in
// floors.mjs; that each rule fires is shown by test/unit/lint.test.ts.

import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { APART, EXCEPTIONS, LIBRARIES, floorOf, groupOf, isSimulated, isWithin } from './floors.mjs';

const SOURCE = resolve(dirname(fileURLToPath(import.meta.url)), '../../src');

/** The file's path inside src with slashes, or undefined for a file elsewhere. */
function pathInSource(filename) {
  const path = relative(SOURCE, filename).split(sep).join('/');
  return path.startsWith('..') || path === '' ? undefined : path;
}

/** A rule for the simulated floors, minus the exceptions stated for it. `create` gets `(report, context, path)`. */
function simulated(name, create) {
  return {
    create(context) {
      const path = pathInSource(context.filename);
      if (path === undefined || !isSimulated(path) || isWithin(path, EXCEPTIONS[name] ?? [])) return {};
      return create((node, message) => context.report({ node, message }), context, path);
    },
  };
}

/** Every mention of a variable that the file itself does not declare. */
function globalMentions(context) {
  const scope = context.sourceCode.scopeManager.globalScope;
  const builtIn = scope.variables.filter((variable) => variable.defs.length === 0).flatMap((variable) => variable.references);
  return [...scope.through, ...builtIn].map((reference) => reference.identifier);
}

/** The name in `object.name` or `object['name']`. */
function propertyName(member) {
  if (!member.computed) return member.property.name;
  return member.property.type === 'Literal' ? String(member.property.value) : undefined;
}

const isMemberOf = (node) => node.parent.type === 'MemberExpression' && node.parent.object === node;

/** Calls `visit(node, specifier, isType)` for every form of import and re-export. */
function onImport(visit) {
  const declaration = (node) => {
    if (node.source === null) return;
    const kind = node.importKind ?? node.exportKind;
    const specifiers = node.specifiers ?? [];
    const onlyTypes = specifiers.length > 0 && specifiers.every((one) => (one.importKind ?? one.exportKind) === 'type');
    visit(node, node.source.value, kind === 'type' || onlyTypes);
  };
  return {
    ImportDeclaration: declaration,
    ExportNamedDeclaration: declaration,
    ExportAllDeclaration: declaration,
    ImportExpression: (node) => visit(node, node.source.value, false),
    TSImportType: (node) => visit(node, (node.source ?? node.argument).value, true),
  };
}

// --- determinism ---

const CLOCKS = new Set(['Date', 'performance', 'crypto', 'globalThis', 'WeakRef', 'FinalizationRegistry']);
const CLOCK_PROPERTIES = new Set(['hrtime', 'uptime', 'cpuUsage', 'resourceUsage', 'memoryUsage', 'env', 'pid']);
const CLOCK_MODULES = new Set(['perf_hooks', 'process', 'timers', 'timers/promises', 'crypto', 'os']);
/** What in RxJS owns time, or leaves it for a promise. */
const STREAM_CLOCKS = new Set(
  `animationFrames animationFrameScheduler asapScheduler asyncScheduler queueScheduler interval timer auditTime bufferTime debounceTime
  delay sampleTime throttleTime timeInterval timeout timestamp windowTime firstValueFrom lastValueFrom`.split(/\s+/),
);

const noClocks = simulated('no-clocks', (report, context) => ({
  'Program:exit'() {
    for (const node of globalMentions(context)) {
      if (CLOCKS.has(node.name))
        report(node, `${node.name} differs from run to run: time comes from the kernel, chance from a named stream`);
      if (node.name === 'process' && isMemberOf(node) && CLOCK_PROPERTIES.has(propertyName(node.parent))) {
        report(node.parent, `process.${propertyName(node.parent)} differs from run to run`);
      }
    }
  },
  ImportDeclaration(node) {
    const module = node.source.value;
    if (CLOCK_MODULES.has(module.replace(/^node:/, ''))) report(node, `${module} differs from run to run`);
    if (module !== 'rxjs' && module !== 'rxjs/operators') return;
    for (const specifier of node.specifiers) {
      const name = specifier.imported?.name;
      if (STREAM_CLOCKS.has(name)) report(specifier, `${name} brings a clock of its own: streams are pipes, the kernel owns time`);
    }
  },
}));

/** What the language defines to the last bit; all else in Math may differ between engines. */
const EXACT_MATH = new Set(
  'abs ceil clz32 floor fround imul max min round sign sqrt trunc E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2'.split(' '),
);

/** Powers of big integers and constant powers of two are exact everywhere. */
function isExactPower(left, right) {
  const [base, exponent] = [left, right].map((node) => (node.type === 'Literal' ? node.value : undefined));
  return typeof base === 'bigint' || typeof exponent === 'bigint' || (base === 2 && Number.isInteger(exponent));
}

const noInexactMath = simulated('no-inexact-math', (report, context) => ({
  'Program:exit'() {
    for (const node of globalMentions(context)) {
      if (node.name !== 'Math') continue;
      const name = isMemberOf(node) ? propertyName(node.parent) : undefined;
      if (name === undefined) report(node, 'Math only as Math.name, so that what is used can be checked');
      else if (!EXACT_MATH.has(name)) report(node.parent, `Math.${name} differs between engines: use base/math.ts or a named stream`);
    }
  },
  BinaryExpression(node) {
    if (node.operator === '**' && !isExactPower(node.left, node.right)) report(node, '** differs between engines: use base/math.ts');
  },
  AssignmentExpression(node) {
    if (node.operator === '**=' && !isExactPower(node.left, node.right)) report(node, '**= differs between engines: use base/math.ts');
  },
}));

const PROMISES_AND_TIMERS = new Set(
  'Promise PromiseLike setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask'.split(' '),
);

const noAsync = simulated('no-async', (report, context) => {
  const reportAsync = (node) => {
    if (node.async) report(node, 'async code runs when the engine pleases: the kernel alone moves time');
  };
  return {
    FunctionDeclaration: reportAsync,
    FunctionExpression: reportAsync,
    ArrowFunctionExpression: reportAsync,
    AwaitExpression: (node) => report(node, 'await gives the order of events away'),
    ImportExpression: (node) => report(node, 'import() is a promise'),
    ForOfStatement(node) {
      if (node.await) report(node, 'for await gives the order of events away');
    },
    'Program:exit'() {
      for (const node of globalMentions(context)) {
        if (PROMISES_AND_TIMERS.has(node.name)) report(node, `${node.name} runs when the engine pleases: the kernel alone moves time`);
        if (node.name === 'process' && isMemberOf(node) && propertyName(node.parent) === 'nextTick') report(node, 'nextTick is a timer');
      }
    },
  };
});

const noLocale = simulated('no-locale', (report, context) => ({
  'Program:exit'() {
    for (const node of globalMentions(context)) if (node.name === 'Intl') report(node, 'Intl depends on the machine');
  },
  MemberExpression(node) {
    const name = propertyName(node);
    if (name === 'localeCompare' || name?.startsWith('toLocale')) report(node, `${name} depends on the machine's locale`);
  },
}));

/** `[]`, `{}`, `new Map()`, `new Set()`: what is born empty at module level is there to be filled later. */
function isBornEmpty(node) {
  if (node === null) return false;
  if (node.type === 'ArrayExpression') return node.elements.length === 0;
  if (node.type === 'ObjectExpression') return node.properties.length === 0;
  return node.type === 'NewExpression' && /^(Weak)?(Map|Set)$/.test(node.callee.name) && node.arguments.length === 0;
}

/** Whether a declaration's type says that what it holds is never filled: `readonly X[]`, `ReadonlyMap`, `Readonly<…>`. */
function isReadonlyType(annotation) {
  const type = annotation?.typeAnnotation;
  if (type?.type === 'TSTypeOperator') return type.operator === 'readonly';
  return type?.type === 'TSTypeReference' && (type.typeName.name ?? '').startsWith('Readonly');
}

const noModuleState = simulated('no-module-state', (report) => ({
  Program(program) {
    for (const statement of program.body) {
      const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
      if (declaration?.type !== 'VariableDeclaration' || declaration.declare) continue;
      for (const declarator of declaration.declarations) {
        if (declaration.kind !== 'const') report(declarator, 'module-level state outlives a run: keep it in what the run owns');
        else if (isBornEmpty(declarator.init) && !isReadonlyType(declarator.id.typeAnnotation))
          report(declarator, 'filled later, so module-level state: keep it in what the run owns');
      }
    }
  },
  PropertyDefinition(node) {
    if (node.static && !node.readonly)
      report(node, 'a static field is module-level state: keep it in what the run owns, or make it readonly');
  },
}));

const noForIn = simulated('no-for-in', (report) => ({
  ForInStatement: (node) =>
    report(node, 'for…in reorders integer-like keys and walks prototypes: iterate over an array, a Map or Object.keys'),
}));

const noConsole = simulated('no-console', (report, context) => ({
  'Program:exit'() {
    for (const node of globalMentions(context)) {
      if (node.name === 'console') report(node, 'simulated floors are silent: send a message, or return what there is to say');
    }
  },
}));

// --- structure ---

/** For every file of src, on all floors. */
function inSource(create) {
  return {
    create(context) {
      const path = pathInSource(context.filename);
      return path === undefined ? {} : create((node, message) => context.report({ node, message }), path);
    },
  };
}

const floors = inSource((report, path) => {
  const group = groupOf(path);
  const floor = floorOf(group);
  const met = new Set();
  return {
    Program(node) {
      if (floor < 0) report(node, `${group} stands on no floor: give it one in .ci/lint/floors.mjs`);
    },
    ...onImport((node, specifier, isType) => {
      if (floor < 0 || !specifier?.startsWith('.')) return;
      const target = pathInSource(resolve(SOURCE, dirname(path), specifier));
      if (target === undefined) {
        report(node, `${specifier} is outside src`);
        return;
      }
      const other = groupOf(target);
      if (other === group) return;
      if (floorOf(other) > floor)
        report(node, `${group} (floor ${floor}) must not import ${other} (floor ${floorOf(other)}), which stands higher`);
      else if (floorOf(other) === floor) report(node, `${group} and ${other} stand on one floor and must not import each other`);
      if (isType || floor >= floorOf(APART.below) || !APART.folders.includes(other) || APART.except.includes(path)) return;
      met.add(other);
      if (met.size > 1) report(node, `${APART.folders.join(' and ')} must not meet below ${APART.below}`);
    }),
  };
});

function placesOf(specifier) {
  const rule = Object.keys(LIBRARIES).find((library) =>
    library.endsWith('*') ? specifier.startsWith(library.slice(0, -1)) : specifier === library || specifier.startsWith(`${library}/`),
  );
  return rule === undefined ? undefined : LIBRARIES[rule];
}

const libraries = inSource((report, path) =>
  onImport((node, specifier) => {
    if (specifier === undefined || specifier.startsWith('.')) return;
    const places = placesOf(specifier);
    if (places === undefined) report(node, `${specifier} may not be imported: give it a place in .ci/lint/floors.mjs`);
    else if (!isWithin(path, places)) report(node, `${specifier} enters through ${places.join(', ')} only`);
  }),
);

/** Except from what the language and RxJS ask to be inherited from. */
const noInheritance = inSource((report) => {
  const check = (node) => {
    if (node.superClass && !/^(.*Error|Observable|Subscriber|Subscription)$/.test(node.superClass.name ?? ''))
      report(node.superClass, 'no inheritance: compose, or take a function');
  };
  return { ClassDeclaration: check, ClassExpression: check };
});

export default {
  meta: { name: 'sandpile' },
  rules: {
    'no-clocks': noClocks,
    'no-inexact-math': noInexactMath,
    'no-async': noAsync,
    'no-locale': noLocale,
    'no-module-state': noModuleState,
    'no-for-in': noForIn,
    'no-console': noConsole,
    floors,
    libraries,
    'no-inheritance': noInheritance,
  },
};
