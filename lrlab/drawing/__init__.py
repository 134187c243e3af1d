"""What the pictures of several lessons share: colours, panels, the slider for α, words."""
