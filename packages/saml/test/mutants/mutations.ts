/**
 * Every place where the sources decide something, and what could be wrong there: found in the syntax tree, so that no line
 * has to be named. A condition is forced, a clause of it is left out, a comparison admits one more, a constant is off by one,
 * a row of a table, a member of a character class or a call for its effect is missing.
 */
import { type Node, NodeFlags, type SourceFile, SyntaxKind } from 'typescript/unstable/ast'
import * as is from 'typescript/unstable/ast/is'
import { patternMutations } from './patterns.ts'

/** A text that takes another's place. Positions are in the source, in UTF-16 units; types are blanked in `text`. */
export interface Mutation {
  readonly file: string
  readonly line: number
  /** The function, or the constant, that it is in. */
  readonly within: string
  /** Set if it is in what is computed once, when the module is loaded: the name of that constant. */
  readonly constant?: string
  /** Code of the refusal that the place guards, if it names one. */
  readonly code?: string
  readonly start: number
  readonly end: number
  /** How it stands in the source; an expression if absent. A member is `.name`. */
  readonly form?: 'statement' | 'member'
  /** The text in one line, and what it becomes. */
  readonly found: string
  readonly becomes: string
}

/** A function: mutations of constants concern the tests that enter one that reads them. */
export interface Entry {
  readonly file: string
  /** Of the body. */
  readonly start: number
  readonly end: number
  readonly block: boolean
  /** Every name in it. */
  readonly names: ReadonlySet<string>
}

export interface Places {
  readonly mutations: readonly Mutation[]
  readonly entries: readonly Entry[]
  /** Constants of modules: name to the names in what they are made of. */
  readonly constants: ReadonlyMap<string, ReadonlySet<string>>
}

interface Context {
  readonly within: string
  readonly constant?: string
  readonly code?: string
}

/** What only words a refusal decides nothing: behind the code, these arguments are for people. */
const wording: ReadonlyMap<string, number> = new Map([
  ['refuse', 1],
  ['fail', 1],
  ['NotAdmitted', 1],
  ['malformed', 0],
  ['unexpected', 0],
  ['about', 0],
  ['shown', 0],
  ['iso', 0],
  ['TrustError', 0],
  ['CertificateError', 0],
  ['RangeError', 0],
])

const relations: ReadonlyMap<SyntaxKind, string> = new Map([
  [SyntaxKind.LessThanToken, '<='],
  [SyntaxKind.LessThanEqualsToken, '<'],
  [SyntaxKind.GreaterThanToken, '>='],
  [SyntaxKind.GreaterThanEqualsToken, '>'],
])
const comparisons: ReadonlySet<SyntaxKind> = new Set([
  ...relations.keys(),
  SyntaxKind.EqualsEqualsEqualsToken,
  SyntaxKind.ExclamationEqualsEqualsToken,
  SyntaxKind.InstanceOfKeyword,
])
const [and, or] = [SyntaxKind.AmpersandAmpersandToken, SyntaxKind.BarBarToken]
const questions = /^(?:is|has|holds|continues|test|includes|some|every|startsWith|endsWith|equals|verif|canParse)/
const opposite: ReadonlyMap<string, string> = new Map([
  ['some', 'every'],
  ['every', 'some'],
])

/** The places of one file. `text` is the source with its types blanked, of the same length. */
export function placesOf(file: string, source: SourceFile, text: string): Places {
  const mutations: Mutation[] = []
  const entries: Entry[] = []
  const constants = new Map<string, ReadonlySet<string>>()
  const startOf = (node: Node) => node.getStart(source)
  const raw = (node: Node) => text.slice(startOf(node), node.end)

  const add = (
    node: Node,
    context: Context,
    becomes: readonly string[],
    place: Partial<Pick<Mutation, 'form' | 'start' | 'end'>> = {},
  ) => {
    for (const one of becomes) {
      mutations.push({
        file,
        line: source.getLineAndCharacterOfPosition(startOf(node)).line + 1,
        ...context,
        start: startOf(node),
        end: node.end,
        found: oneLine(text.slice(place.start ?? startOf(node), place.end ?? node.end)),
        becomes: oneLine(one),
        ...place,
      })
    }
  }

  /** A condition: forced both ways. One that ends a loop is not made to last for ever. */
  const decide = (node: Node, context: Context, forced = ['false', 'true']) => {
    add(node, context, forced)
    visit(node, context, true)
  }

  const visitBinary = (node: Node, context: Context, condition: boolean): boolean => {
    if (!is.isBinaryExpression(node)) return false
    const { kind } = node.operatorToken
    const relaxed = relations.get(kind)
    if (relaxed !== undefined) add(node, context, [`${raw(node.left)} ${relaxed} ${raw(node.right)}`])
    if (comparisons.has(kind)) {
      for (const side of [node.left, node.right]) {
        if (is.isNumericLiteral(side) && Number(side.text) > 1) add(side, context, neighbours(side.text))
      }
    }
    if (kind === SyntaxKind.QuestionQuestionToken && !isPlain(node.right)) {
      add(node, context, [raw(node.left), raw(node.right)])
    }
    if (kind === SyntaxKind.AmpersandAmpersandEqualsToken) add(node.right, context, ['true'])
    if (kind === SyntaxKind.BarBarEqualsToken) add(node.right, context, ['false'])
    if (kind !== and && kind !== or) return false
    const decides = condition || isQuestion(node)
    for (const side of [node.left, node.right]) {
      const nested = is.isBinaryExpression(side) && side.operatorToken.kind === kind
      if (decides && !nested) add(side, context, [kind === and ? 'true' : 'false'])
      visit(side, context, decides)
    }
    return true
  }

  const visitFunction = (node: Node, context: Context) => {
    const { body } = node as Node & { readonly body?: Node }
    if (body === undefined) return
    const named = (node as Node & { readonly name?: Node }).name
    // What a constant is computed with runs when the module is loaded; what it holds runs later.
    const atLoad =
      context.constant !== undefined && (is.isCallExpression(node.parent) || is.isNewExpression(node.parent))
    const inner: Context = atLoad ? context : { within: named === undefined ? context.within : raw(named) }
    entries.push({ file, start: startOf(body), end: body.end, block: is.isBlock(body), names: namesIn(body, raw) })
    if (!is.isBlock(body) && isQuestion(body)) decide(body, inner)
    else visit(body, inner, false)
  }

  const visitCall = (node: Node, context: Context): boolean => {
    if (!is.isCallExpression(node) && !is.isNewExpression(node)) return false
    const { expression } = node
    const called = is.isPropertyAccessExpression(expression) ? raw(expression.name) : raw(expression)
    visit(expression, context, false)
    const swapped = opposite.get(called)
    if (swapped !== undefined && is.isPropertyAccessExpression(expression)) {
      add(expression, context, [`['${swapped}']`], { form: 'member', start: expression.expression.end })
    }
    for (const argument of [...(node.arguments ?? [])].slice(0, wording.get(called) ?? Number.POSITIVE_INFINITY)) {
      const bound = is.isNumericLiteral(argument) && is.isIdentifier(expression) && context.constant === undefined
      if (bound) add(argument, context, neighbours(argument.text))
      visit(argument, context, false)
    }
    return true
  }

  /** What a module computes once: numbers, truths and rows of its tables. */
  const visitConstant = (node: Node, context: Context) => {
    if (is.isNumericLiteral(node)) add(node, context, neighbours(node.text))
    if (is.isTrueLiteral(node)) add(node, context, ['false'])
    if (is.isFalseLiteral(node)) add(node, context, ['true'])
    if (!is.isArrayLiteralExpression(node) || context.within === 'rows') return
    // The two members of a row of a Map are no rows.
    const isRow = is.isArrayLiteralExpression(node.parent) && node.elements.every((one) => !is.isSpreadElement(one))
    if (isRow) return
    for (const [index, row] of node.elements.entries()) {
      const next = node.elements[index + 1]
      add(row, context, [''], { end: next === undefined ? row.end : startOf(next) })
    }
  }

  const visitDeclaration = (node: Node, context: Context): boolean => {
    if (!is.isVariableDeclaration(node) || node.initializer === undefined) return false
    const list = node.parent
    const top = list.parent.parent.kind === SyntaxKind.SourceFile && (list.flags & NodeFlags.Const) !== 0
    if (top) constants.set(raw(node.name), namesIn(node.initializer, raw))
    // A function that a constant holds bears its name, and is no constant.
    const inner = top ? { within: raw(node.name), constant: raw(node.name) } : context
    if (isQuestion(node.initializer)) decide(node.initializer, inner, answers(node.initializer))
    else visit(node.initializer, inner, false)
    return true
  }

  /** Statements and expressions that decide which way to go. */
  const visitBranches = (node: Node, context: Context): boolean => {
    if (is.isIfStatement(node) || is.isConditionalExpression(node)) {
      const [question, ...branches] = is.isIfStatement(node)
        ? [node.expression, node.thenStatement, node.elseStatement]
        : [node.condition, node.whenTrue, node.whenFalse]
      const code = branches.map((branch) => branch && codeIn(branch)).find((found) => found !== undefined)
      decide(question, code === undefined ? context : { ...context, code })
      for (const branch of branches) if (branch !== undefined) visit(branch, context, false)
      return true
    }
    if (is.isWhileStatement(node) || is.isForStatement(node)) {
      const question = is.isWhileStatement(node) ? node.expression : node.condition
      if (question !== undefined) decide(question, context, ['false'])
      node.forEachChild((child) => {
        if (child !== question) visit(child, context, false)
      })
      return true
    }
    if (!is.isReturnStatement(node) || node.expression === undefined || !isQuestion(node.expression)) return false
    decide(node.expression, context, answers(node.expression))
    return true
  }

  const visit = (node: Node, context: Context, condition: boolean): void => {
    if (decidesNothing(node)) return
    if (is.isExpressionStatement(node) && is.isCallExpression(node.expression))
      add(node, context, [''], { form: 'statement' })
    if (is.isRegularExpressionLiteral(node)) add(node, context, patternMutations(node.text))
    if (context.constant !== undefined) visitConstant(node, context)
    if (is.isFunctionLikeDeclaration(node)) visitFunction(node, context)
    else if (is.isPrefixUnaryExpression(node)) {
      visit(node.operand, context, condition && node.operator === SyntaxKind.ExclamationToken)
    } else if (is.isParenthesizedExpression(node)) visit(node.expression, context, condition)
    else if (
      !visitBranches(node, context) &&
      !visitDeclaration(node, context) &&
      !visitBinary(node, context, condition) &&
      !visitCall(node, context)
    ) {
      node.forEachChild((child) => {
        visit(child, context, false)
      })
    }
  }
  visit(source, { within: '' }, false)
  return { mutations, entries, constants }
}

/** Types, imports, and texts that are written out. */
function decidesNothing(node: Node): boolean {
  const ofTypes = is.isTypeNode(node) || is.isInterfaceDeclaration(node) || is.isTypeAliasDeclaration(node)
  return ofTypes || is.isImportDeclaration(node) || is.isExportDeclaration(node) || is.isTemplateExpression(node)
}

/** Whether an expression is one that answers yes or no, as far as its form tells. */
function isQuestion(node: Node): boolean {
  if (is.isTrueLiteral(node) || is.isFalseLiteral(node)) return true
  if (is.isParenthesizedExpression(node)) return isQuestion(node.expression)
  if (is.isPrefixUnaryExpression(node)) return node.operator === SyntaxKind.ExclamationToken
  if (is.isCallExpression(node)) {
    const { expression } = node
    const name = is.isPropertyAccessExpression(expression) ? expression.name : expression
    return is.isIdentifier(name) && questions.test(name.text)
  }
  if (!is.isBinaryExpression(node)) return false
  const { kind } = node.operatorToken
  return comparisons.has(kind) || ((kind === and || kind === or) && isQuestion(node.left) && isQuestion(node.right))
}

function answers(node: Node): string[] {
  if (is.isTrueLiteral(node)) return ['false']
  return is.isFalseLiteral(node) ? ['true'] : ['false', 'true']
}

/** A value that stands for an absent one: no check. */
function isPlain(node: Node): boolean {
  const empty = is.isArrayLiteralExpression(node) && node.elements.length === 0
  return empty || is.isStringLiteral(node) || is.isNumericLiteral(node) || is.isIdentifier(node)
}

function neighbours(number: string): string[] {
  const value = Number(number.replaceAll('_', ''))
  return value === 0 ? ['1'] : [String(value - 1), String(value + 1)]
}

/** The first code that a refusal in here names. */
function codeIn(node: Node): string | undefined {
  const made = (is.isCallExpression(node) || is.isNewExpression(node)) && is.isIdentifier(node.expression)
  const [first] = made ? (node.arguments ?? []) : []
  if (made && first !== undefined && is.isStringLiteral(first) && wording.get(node.expression.text) === 1) {
    return first.text
  }
  return node.forEachChild((child) => (is.isBlock(child) || !is.isIfStatement(child) ? codeIn(child) : undefined))
}

function namesIn(node: Node, raw: (node: Node) => string): ReadonlySet<string> {
  const found = new Set<string>()
  const collect = (one: Node): void => {
    if (is.isIdentifier(one)) found.add(raw(one))
    one.forEachChild(collect)
  }
  collect(node)
  return found
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}
