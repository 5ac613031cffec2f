/** The providers around every screen. */
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";

import { KitProvider } from "@/ui/KitProvider";

import { queries } from "./queries";
import { router } from "./router";

export function App() {
  return (
    <KitProvider>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </KitProvider>
  );
}
