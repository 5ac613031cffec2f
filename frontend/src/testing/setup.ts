/** Every test page looks as the product does: same styles, light theme. */
import "@/styles/tailwind.css";

document.documentElement.dataset["theme"] = "light";
