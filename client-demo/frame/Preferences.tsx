import { ActionIcon, type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core'
import type { ReactNode } from 'react'
import { useLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { type Language, languages } from '../i18n/language.ts'
import { CheckIcon, LanguageIcon, SunIcon } from '../ui/icons.tsx'
import { frameTexts } from './texts.ts'

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly icon: ReactNode
  readonly choices: Readonly<Record<T, string>>
  readonly chosen: T
  readonly onChoose: (choice: T) => void
}

function Choice<T extends string>({ label, icon, choices, chosen, onChoose }: ChoiceProps<T>) {
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <ActionIcon size="md" aria-label={`${label}: ${choices[chosen]}`}>
          {icon}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{label}</Menu.Label>
        {Object.entries(choices).map(([choice, name]) => (
          <Menu.Item
            key={choice}
            onClick={() => onChoose(choice as T)}
            rightSection={choice === chosen && <CheckIcon size={16} />}
            aria-current={choice === chosen || undefined}
          >
            {name as string}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

export function LanguageMenu() {
  const says = useTexts(frameTexts)
  const { language, speak } = useLanguage()
  return (
    <Choice<Language>
      label={says.language}
      icon={<LanguageIcon />}
      choices={languages}
      chosen={language}
      onChoose={speak}
    />
  )
}

export function ThemeMenu() {
  const says = useTexts(frameTexts)
  // To hold transitions back it would use a style element, which the policy does not allow.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  return (
    <Choice<MantineColorScheme>
      label={says.appearance}
      icon={<SunIcon />}
      choices={says.appearances}
      chosen={colorScheme}
      onChoose={setColorScheme}
    />
  )
}
