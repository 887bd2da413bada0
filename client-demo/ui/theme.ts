import { createTheme } from '@mantine/core'

/** The look of the console: the colours of the server's own pages, denser than Mantine's. */
export const theme = createTheme({
  colors: {
    brand: [
      '#eef1fd',
      '#dbe1fa',
      '#b8c3f5',
      '#93a4f0',
      '#748aeb',
      '#5f78e6',
      '#4a65de',
      '#3f5bd9',
      '#324bbb',
      '#283c97',
    ],
    red: ['#fdecea', '#fbd9d6', '#f5b5af', '#ee8d85', '#e66a61', '#dc4f45', '#cf3a30', '#b3261e', '#951d17', '#771711'],
    dark: [
      '#e9ebf3',
      '#c3c8d9',
      '#a3aac0',
      '#7d859e',
      '#4c5368',
      '#353b4d',
      '#2b3040',
      '#1b1e28',
      '#12141b',
      '#0c0e13',
    ],
  },
  primaryColor: 'brand',
  primaryShade: { light: 7, dark: 6 },
  fontFamily: "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  autoContrast: true,
  respectReducedMotion: true,
  components: {
    // It would lock the page by a style element, which the policy does not allow; styles.css does it.
    Drawer: { defaultProps: { lockScroll: false } },
    Badge: { defaultProps: { tt: 'none' }, vars: () => ({ root: { '--badge-fz': '0.75rem' } }) },
    Button: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    // Else they are two pixels smaller than the text around them, which is small already.
    InputWrapper: {
      vars: () => ({
        description: { '--input-description-size': '0.75rem' },
        error: { '--input-error-size': '0.75rem' },
      }),
    },
    Tooltip: { defaultProps: { openDelay: 400, events: { hover: true, focus: true, touch: false } } },
  },
})
