import type { RecipeStage } from './stage.ts'
import { createPlaceholders } from './placeholders.ts'

/** Tells a conversation while it is played: what people say is written here, what tools answer is what they answered. */
interface Teller {
  /** The person who talks to the assistant. */
  user(words: string): void
  assistant(words: string): void
  /** Calls the tool for real. Answers its structure; an error's is empty. */
  call(tool: string, args?: Record<string, unknown>): Promise<Answer>
  /** The approver reads what waits and approves; `code` is typed while approving. */
  approves(answer: Answer, words: string, code?: string): Promise<void>
  denies(answer: Answer, words: string, reason: string): Promise<void>
  /** Something that happens outside of the conversation. */
  meanwhile(words: string): void
}

interface Answer {
  isError: boolean
  text: string
  approval: { id: string; token: string }
  outcome: { devices: { id: string }[] }
  devices: { id: string; type: string }[]
  results: { id: string }[]
}

export interface Recipe {
  title: string
  intro: string
  play(teller: Teller, stage: RecipeStage): Promise<void>
}

/** One recipe as Markdown. */
export async function tell(recipe: Recipe, stage: RecipeStage): Promise<string> {
  const parts: string[] = [`## ${recipe.title}`, recipe.intro]
  const stable = createPlaceholders()
  const block = (language: string, text: string) => `\`\`\`${language}\n${stable(text)}\n\`\`\``
  const reads = async ({ approval }: Answer, words: string) => {
    parts.push(`**Dana** ${words}`, block('text', await stage.person.read(approval.id)))
  }
  const teller: Teller = {
    user: (words) => void parts.push(`**Sam:** ${words}`),
    assistant: (words) => void parts.push(`**Assistant:** ${words}`),
    meanwhile: (words) => void parts.push(`_${words}_`),
    async call(tool, args = {}) {
      const { isError, text, structured } = await stage.assistant.call(tool, args)
      parts.push(`The assistant calls \`${tool}\`:`, block('json', JSON.stringify(args, null, 2)), block('text', text))
      return { ...(structured as unknown as Answer), isError, text }
    },
    async approves(answer, words, code) {
      await reads(answer, words)
      await stage.person.approve(answer.approval.id, code)
    },
    async denies(answer, words, reason) {
      await reads(answer, words)
      await stage.person.deny(answer.approval.id, reason)
    },
  }
  await recipe.play(teller, stage)
  return parts.join('\n\n')
}
